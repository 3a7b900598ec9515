#include "results/digest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <new>

#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "results/file_format.hpp"
#include "results/world_content.hpp"

namespace rolecall {
namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 16;
constexpr std::size_t batch_bytes = std::size_t{256} << 20;  // of a file held while hashing

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
      throw std::bad_alloc();
  }

  void add(const void* data, std::size_t size) { EVP_DigestUpdate(context_.get(), data, size); }

  void add_text(std::string_view text) {
    const std::uint64_t length = text.size();
    add(&length, sizeof length);
    add(text.data(), text.size());
  }

  std::string hex() {
    std::array<unsigned char, 32> bytes{};
    EVP_DigestFinal_ex(context_.get(), bytes.data(), nullptr);
    return fmt::format("{:02x}", fmt::join(bytes, ""));
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

void unify_nans(std::span<double> values) {
  for (double& value : values)
    if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
}

std::string digest_of(const Numbers& numbers) {
  Sha256 sha;
  const std::size_t size = byte_size(numbers.type);
  std::size_t elements = 1;
  for (const std::uint64_t n : numbers.shape) elements *= n;
  std::vector<double> block(block_bytes / sizeof(double));
  const std::size_t step = block_bytes / size;
  for (std::size_t begin = 0; begin < elements; begin += step) {
    const std::size_t end = std::min(elements, begin + step);
    numbers.fill(begin, end, reinterpret_cast<std::byte*>(block.data()));
    if (numbers.type == ElementType::f8) unify_nans(std::span(block).first(end - begin));
    sha.add(block.data(), (end - begin) * size);
  }
  return sha.hex();
}

std::string digest_of(const TextColumn& texts) {
  Sha256 sha;
  for (std::size_t i = 0; i < texts.size(); ++i) sha.add_text(texts[i]);
  return sha.hex();
}

// "owner@name type scalar sha256\n": as a dataset of one value.
std::string attribute_line(const FileAttribute& attribute) {
  const auto line = [&](ElementType type, std::string sha) {
    return fmt::format("{}@{} {} scalar {}\n", attribute.owner, attribute.name, to_string(type),
                       sha);
  };
  if (const auto* text = std::get_if<std::string>(&attribute.value))
    return line(ElementType::text, digest_of(TextColumn({*text})));
  if (const auto* integer = std::get_if<std::int64_t>(&attribute.value))
    return line(ElementType::i8, digest_of(numbers(std::span(integer, 1))));
  const double real = std::get<double>(attribute.value);
  return line(ElementType::f8, digest_of(numbers(std::span(&real, 1))));
}

std::string dataset_line(std::string_view path, ElementType type,
                         const std::vector<std::uint64_t>& shape, std::string_view sha) {
  return fmt::format("{} {} {} {}\n", path, to_string(type), fmt::join(shape, "x"), sha);
}

std::string digest_of_lines(std::vector<std::string> lines) {
  std::ranges::sort(lines);
  Sha256 sha;
  for (const std::string& line : lines) sha.add(line.data(), line.size());
  return sha.hex();
}

// A dataset of a file, in memory.
struct Loaded {
  DatasetInfo info;
  std::variant<std::vector<std::byte>, TextColumn> values;

  std::string digest() const {
    if (const auto* texts = std::get_if<TextColumn>(&values)) return digest_of(*texts);
    const auto& bytes = std::get<std::vector<std::byte>>(values);
    const std::size_t size = byte_size(*info.type);
    return digest_of(
        Numbers{*info.type, info.shape, [&](std::size_t begin, std::size_t end, std::byte* out) {
                  std::copy_n(bytes.data() + begin * size, (end - begin) * size, out);
                }});
  }
};

bool is_content(std::string_view path) {
  return path != "provenance" && !path.starts_with("provenance/");
}

bool is_content(const FileAttribute& attribute) {
  return attribute.name != "sha256" && attribute.name != "description";
}

// In order of path. Reads a batch, then hashes its datasets in parallel.
std::vector<DigestedDataset> digest_datasets(const Hdf5Reader& file) {
  std::vector<DigestedDataset> digested;
  std::vector<Loaded> batch;
  std::size_t held = 0;
  const auto hash_batch = [&] {
    std::vector<std::string> shas(batch.size());
    parallel::for_each(batch.size(), [&](std::size_t i) { shas[i] = batch[i].digest(); });
    for (std::size_t i = 0; i < batch.size(); ++i) {
      std::string stored = file.text_attribute(batch[i].info.path, "sha256");
      digested.push_back({std::move(batch[i].info), std::move(shas[i]), std::move(stored)});
    }
    batch.clear();
    held = 0;
  };
  for (DatasetInfo& info : file.datasets()) {
    if (!is_content(info.path)) continue;
    Loaded loaded{std::move(info), {}};
    if (loaded.info.type == ElementType::text) {
      loaded.values = file.read_texts(loaded.info.path);
      held += std::get<TextColumn>(loaded.values).byte_size();
    } else {
      loaded.values = file.read_bytes(loaded.info);
      held += std::get<0>(loaded.values).size();
    }
    batch.push_back(std::move(loaded));
    if (held >= batch_bytes) hash_batch();
  }
  hash_batch();
  return digested;
}

}  // namespace

std::string dataset_digest(const Dataset& dataset) {
  const auto* numbers = std::get_if<Numbers>(&dataset.values);
  return numbers != nullptr ? digest_of(*numbers)
                            : digest_of(*std::get<const TextColumn*>(dataset.values));
}

std::vector<std::string> dataset_digests(const std::vector<Dataset>& datasets) {
  std::vector<std::string> shas(datasets.size());
  parallel::for_each(datasets.size(),
                     [&](std::size_t i) { shas[i] = dataset_digest(datasets[i]); });
  return shas;
}

std::string content_digest(const Content& content, const std::vector<std::string>& shas) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < shas.size(); ++i) {
    const Dataset& dataset = content.datasets[i];
    lines.push_back(dataset_line(dataset.path, dataset.type(), dataset.shape(), shas[i]));
    if (!dataset.unit.empty())
      lines.push_back(attribute_line({dataset.path, "unit", dataset.unit}));
  }
  for (const FileAttribute& attribute : content.attributes)
    if (is_content(attribute)) lines.push_back(attribute_line(attribute));
  return digest_of_lines(std::move(lines));
}

std::string content_digest(const Content& content) {
  return content_digest(content, dataset_digests(content.datasets));
}

std::string content_digest(const World& world) {
  const Phase phase("hash the world");
  return content_digest(world_content(world));
}

FileDigest file_digest(const Hdf5Reader& file) {
  const Phase phase("read and hash the file");
  std::vector<std::string> lines;
  const auto add_attributes = [&](const std::string& owner) {
    for (const FileAttribute& attribute : file.attributes(owner))
      if (is_content(attribute)) lines.push_back(attribute_line(attribute));
  };
  add_attributes("");
  for (const std::string& group : file.groups())
    if (is_content(group)) add_attributes(group);
  FileDigest digest{{}, digest_datasets(file)};
  for (const auto& [info, sha, stored] : digest.datasets) {
    lines.push_back(dataset_line(info.path, *info.type, info.shape, sha));
    add_attributes(info.path);
  }
  digest.content = digest_of_lines(std::move(lines));
  return digest;
}

std::string content_digest(const std::string& path) {
  const Hdf5Reader file(path);
  file_format(file);  // throws for a foreign file
  return file_digest(file).content;
}

std::string stored_digest(const std::string& path) {
  const Hdf5Reader file(path);
  return file.has("provenance") ? file.text_attribute("provenance", "content_digest") : "";
}

std::optional<std::string> find_altered_dataset(const std::string& path) {
  const FileDigest digest = file_digest(Hdf5Reader(path));
  for (const DigestedDataset& dataset : digest.datasets)
    if (dataset.is_altered()) return dataset.info.path;
  return std::nullopt;
}

}  // namespace rolecall
