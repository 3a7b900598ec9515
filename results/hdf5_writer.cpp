#include "results/hdf5_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/error.hpp"
#include "results/hdf5_chunks.hpp"
#include "results/hdf5_handle.hpp"

namespace rolecall {
namespace {

using hdf5::Handle;

constexpr std::size_t chunk_elements = std::size_t{1} << 16;
constexpr std::size_t chunk_bytes_limit = std::size_t{4} << 20;  // for long texts
constexpr std::size_t padding_allowance = std::size_t{1} << 20;  // [byte]

hid_t file_type(ElementType type) {
  switch (type) {
    case ElementType::i4:
      return H5T_STD_I32LE;
    case ElementType::i8:
      return H5T_STD_I64LE;
    case ElementType::u1:
      return H5T_STD_U8LE;
    case ElementType::u2:
      return H5T_STD_U16LE;
    case ElementType::u4:
      return H5T_STD_U32LE;
    case ElementType::u8:
      return H5T_STD_U64LE;
    case ElementType::f8:
      return H5T_IEEE_F64LE;
    case ElementType::text:
      break;
  }
  return H5I_INVALID_HID;
}

std::size_t longest_text(const TextColumn& texts) {
  std::size_t longest = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) longest = std::max(longest, texts[i].size());
  return longest;
}

// Texts as elements of one length, padded with NULs.
Numbers padded(const TextColumn& texts, std::size_t length) {
  return {ElementType::text,
          {texts.size()},
          [&texts, length](std::size_t begin, std::size_t end, std::byte* out) {
            for (std::size_t i = begin; i < end; ++i, out += length) {
              const std::string_view text = texts[i];
              std::fill(
                  std::copy_n(reinterpret_cast<const std::byte*>(text.data()), text.size(), out),
                  out + length, std::byte{0});
            }
          }};
}

}  // namespace

struct Hdf5Writer::Impl {
  std::string path;
  Handle file;

  // An errno, or 0 when the system gave no reason.
  [[noreturn]] void fail(int code) const {
    throw SystemError::from_errno("write", path, code != 0 ? code : EIO);
  }

  void check(bool good) const {
    if (!good) fail(hdf5::failed_errno());
  }

  Handle checked(hid_t id, Handle::Close close) const {
    check(id >= 0);
    return {id, close};
  }

  [[noreturn]] void refuse_nul(const std::string& where, std::string_view text) const {
    throw InputError({.file = path,
                      .field = where,
                      .value = std::string(text),
                      .what = "the text holds a NUL character, which HDF5 cannot keep",
                      .remedy = "Remove it from the data."});
  }

  void write_attribute(hid_t owner, const std::string& name, const AttributeValue& value) const {
    const Handle space = hdf5::scalar_space();
    const auto put = [&](hid_t type, const void* data) {
      const Handle attribute = checked(
          H5Acreate2(owner, name.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
      check(H5Awrite(attribute.get(), type, data) >= 0);
    };
    if (const auto* text = std::get_if<std::string>(&value)) {
      if (text->find('\0') != std::string::npos) refuse_nul(name, *text);
      const char* data = text->c_str();
      put(hdf5::text_type(0).get(), &data);
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      put(H5T_STD_I64LE, integer);
    } else {
      put(H5T_IEEE_F64LE, &std::get<double>(value));
    }
  }

  Handle create(const std::string& name, hid_t type, const std::vector<std::uint64_t>& shape,
                const Handle& properties) const {
    const std::vector<hsize_t> extent(shape.begin(), shape.end());
    const Handle space = checked(
        H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), H5Sclose);
    return checked(H5Dcreate2(file.get(), name.c_str(), type, space.get(), H5P_DEFAULT,
                              properties.get(), H5P_DEFAULT),
                   H5Dclose);
  }

  Handle write_chunks(const std::string& name, hid_t type, std::size_t element_bytes,
                      const Numbers& numbers) const;
  Handle write_own_lengths(const std::string& name, const TextColumn& texts) const;
  Handle write_texts(const std::string& name, const TextColumn& texts) const;
};

Handle Hdf5Writer::Impl::write_chunks(const std::string& name, hid_t type,
                                      std::size_t element_bytes, const Numbers& numbers) const {
  const Handle properties = checked(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  const std::size_t rows = numbers.shape.front();
  const std::size_t columns = numbers.shape.size() > 1 ? numbers.shape[1] : 1;
  if (rows * columns == 0) return create(name, type, numbers.shape, properties);

  const std::size_t elements = std::min(chunk_elements, chunk_bytes_limit / element_bytes);
  const std::size_t chunk_rows = std::clamp<std::size_t>(elements / columns, 1, rows);
  const std::array<hsize_t, 2> chunk{chunk_rows, columns};
  check(H5Pset_chunk(properties.get(), static_cast<int>(numbers.shape.size()), chunk.data()) >= 0 &&
        H5Pset_fill_time(properties.get(), H5D_FILL_TIME_NEVER) >= 0 &&
        hdf5::set_filters(properties.get()));
  Handle dataset = create(name, type, numbers.shape, properties);

  if (const auto failure =
          hdf5::write_chunks(dataset.get(), {rows, columns, chunk_rows, element_bytes}, numbers))
    fail(*failure);
  return dataset;
}

Handle Hdf5Writer::Impl::write_own_lengths(const std::string& name, const TextColumn& texts) const {
  const Handle properties = checked(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  const hsize_t chunk = std::min<std::size_t>(chunk_elements, texts.size());
  check(H5Pset_chunk(properties.get(), 1, &chunk) >= 0 && hdf5::set_filters(properties.get()));
  const Handle type = hdf5::text_type(0);
  Handle dataset = create(name, type.get(), {texts.size()}, properties);
  const Handle all = checked(H5Dget_space(dataset.get()), H5Sclose);
  for (std::size_t begin = 0; begin < texts.size(); begin += chunk) {
    const hsize_t offset = begin, count = std::min<std::size_t>(chunk, texts.size() - begin);
    std::vector<std::string> terminated;  // HDF5 wants a NUL after each
    std::vector<const char*> pointers;
    for (std::size_t i = begin; i < begin + count; ++i) terminated.emplace_back(texts[i]);
    for (const std::string& text : terminated) pointers.push_back(text.c_str());
    const Handle part = checked(H5Screate_simple(1, &count, nullptr), H5Sclose);
    check(H5Sselect_hyperslab(all.get(), H5S_SELECT_SET, &offset, nullptr, &count, nullptr) >= 0 &&
          H5Dwrite(dataset.get(), type.get(), part.get(), all.get(), H5P_DEFAULT,
                   pointers.data()) >= 0);
  }
  return dataset;
}

// Padded to one length where that costs little, for such texts are compressed; else HDF5's texts of
// their own lengths, which are not.
Handle Hdf5Writer::Impl::write_texts(const std::string& name, const TextColumn& texts) const {
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (texts[i].find('\0') != std::string_view::npos) refuse_nul(name, texts[i]);
  const std::size_t length = std::max<std::size_t>(1, longest_text(texts));
  if (length > chunk_bytes_limit ||
      length * texts.size() > 2 * texts.byte_size() + padding_allowance)
    return write_own_lengths(name, texts);
  return write_chunks(name, hdf5::text_type(length).get(), length, padded(texts, length));
}

Hdf5Writer::Hdf5Writer(const std::string& path) : impl_(std::make_unique<Impl>()) {
  hdf5::initialise();
  impl_->path = path;
  const Handle properties = impl_->checked(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_link_creation_order(properties.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  const Handle access = impl_->checked(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  // From 1.8 on, object headers carry checksums: damage becomes an error instead of a crash. Files
  // of 1.10 carry more, but also a mark that locks readers out once the writer was killed.
  H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_V18);
  impl_->file = impl_->checked(
      H5Fcreate(path.c_str(), H5F_ACC_TRUNC, properties.get(), access.get()), H5Fclose);
}

Hdf5Writer::~Hdf5Writer() = default;

void Hdf5Writer::make_group(std::string_view path) {
  for (std::size_t slash = 0; slash != std::string_view::npos;) {
    slash = path.find('/', slash + 1);
    const std::string group(path.substr(0, slash));
    if (group.empty() || H5Lexists(impl_->file.get(), group.c_str(), H5P_DEFAULT) > 0) continue;
    const Handle properties = impl_->checked(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
    constexpr unsigned ordered = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    H5Pset_link_creation_order(properties.get(), ordered);
    H5Pset_attr_creation_order(properties.get(), ordered);
    impl_->checked(
        H5Gcreate2(impl_->file.get(), group.c_str(), H5P_DEFAULT, properties.get(), H5P_DEFAULT),
        H5Gclose);
  }
}

void Hdf5Writer::write(const FileAttribute& attribute) {
  make_group(attribute.owner);
  const std::string owner = "/" + attribute.owner;
  const Handle group =
      impl_->checked(H5Gopen2(impl_->file.get(), owner.c_str(), H5P_DEFAULT), H5Gclose);
  impl_->write_attribute(group.get(), attribute.name, attribute.value);
}

void Hdf5Writer::write(const Dataset& dataset, const std::string& sha256) {
  if (const std::size_t slash = dataset.path.rfind('/'); slash != std::string::npos)
    make_group(std::string_view(dataset.path).substr(0, slash));
  const auto* numbers = std::get_if<Numbers>(&dataset.values);
  const Handle written =
      numbers != nullptr
          ? impl_->write_chunks(dataset.path, file_type(numbers->type), byte_size(numbers->type),
                                *numbers)
          : impl_->write_texts(dataset.path, *std::get<const TextColumn*>(dataset.values));
  if (!dataset.unit.empty()) impl_->write_attribute(written.get(), "unit", dataset.unit);
  if (!dataset.description.empty())
    impl_->write_attribute(written.get(), "description", dataset.description);
  impl_->write_attribute(written.get(), "sha256", sha256);
}

void Hdf5Writer::close() {
  impl_->check(H5Fflush(impl_->file.get(), H5F_SCOPE_GLOBAL) >= 0);
  impl_->check(impl_->file.close());
}

}  // namespace rolecall
