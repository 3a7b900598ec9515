#pragma once

// Elementary functions of + − · / and √ alone, which IEEE 754 rounds in one way, so that they give
// the same bits with every compiler and standard library; std::exp and its kin do not. The errors
// were measured against 113-bit arithmetic; [ulp] is the last place of a double, 2.2e-16 or less.
namespace rolecall {

// e^x within 1 ulp: 0 below -745.14, infinity above 709.79, NaN for NaN. Results below 2.2e-308
// (subnormal) are within one step of 2^-1074.
double portable_exp(double x);

// e^x − 1 within 4 ulp, near 0 too: -1 far below, infinity above 709.79, NaN for NaN.
double portable_expm1(double x);

// Natural logarithm within 1 ulp, subnormal numbers included: -infinity of ±0, infinity of
// infinity, NaN below 0 and for NaN.
double portable_log(double x);

// log(1 + x) within 3 ulp, near 0 too: -infinity at -1, infinity at infinity, NaN below -1 and
// for NaN.
double portable_log1p(double x);

// base^exponent as exp(exponent·log(base)) for a base above 0, and 1 for an exponent of 0; the
// relative error is below (2 + |exponent·log(base)|) · 2.2e-16. A base of 0 gives 0 or infinity by
// the exponent's sign; a base below 0 gives NaN, as do 1^±infinity and NaN.
double portable_pow(double base, double exponent);

// The x below which a standard normal variable falls with probability p in [0, 1]: Wichura 1988,
// algorithm AS 241 (PPND16), doi:10.2307/2347330; relative error below 1e-15. -infinity at 0,
// infinity at 1, NaN outside and for NaN.
double normal_quantile(double p);

}  // namespace rolecall
