#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

// Points that fill the unit cube more evenly than random ones. All coordinates lie strictly between
// 0 and 1, and have the same bits on every machine.
namespace rolecall {

// The most dimensions that Sobol' points have.
std::size_t sobol_dimension_limit();

// Sobol' points first, first + 1, …, first + n − 1: n × dimensions, row by row. Direction numbers
// of Joe & Kuo 2008, doi:10.1137/070709359, in Gray code order, with the point 0, so that the first
// 2^k points are a digital net (Owen 2022, doi:10.1007/978-3-030-98319-2_4); then one random shift
// per dimension, modulo 1: Cranley & Patterson 1976, doi:10.1137/0713071. Every point is uniform
// over seeds, so that means over points are unbiased. A coordinate is a function of (seed, point,
// dimension) alone: neither n nor the number of dimensions shows. 64 bits, rounded to 52.
// dimensions from 1 to sobol_dimension_limit(), else InputError; fewer than 2^64 points.
std::vector<double> sobol_points(std::uint64_t seed, std::size_t dimensions, std::size_t n,
                                 std::uint64_t first = 0);

// Point i alone: `dimensions` coordinates. Costs the set-up of the sequence, so ask for many points
// at a time where they are wanted.
std::vector<double> sobol_point(std::uint64_t seed, std::size_t dimensions, std::uint64_t i);

// A Latin hypercube: n × dimensions, row by row, where each of the n intervals [k/n, (k + 1)/n) of
// each dimension has one point, uniform within: McKay, Beckman & Conover 1979, doi:10.2307/1268522.
// Dimensions are independent of one another, and of how many there are. Points are exact in their
// intervals up to n = 2^19, beyond to rounding; n below 2^32, else InputError.
std::vector<double> latin_hypercube(std::uint64_t seed, std::size_t dimensions, std::size_t n);

}  // namespace rolecall
