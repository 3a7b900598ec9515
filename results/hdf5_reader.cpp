#include "results/hdf5_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <numeric>

#include "core/error.hpp"
#include "results/hdf5_chunks.hpp"
#include "results/hdf5_handle.hpp"

namespace rolecall {
namespace {

using hdf5::Handle;

constexpr int deepest_group = 8;               // a foreign file may link a group into itself
constexpr std::uint64_t most_deflated = 1032;  // zlib cannot shrink data further than this

// The type in a file, when it is one that we write.
std::optional<ElementType> element_type(hid_t type) {
  if (H5Tget_class(type) == H5T_STRING) return ElementType::text;
  const std::array<std::pair<hid_t, ElementType>, 7> known{{{H5T_STD_I32LE, ElementType::i4},
                                                            {H5T_STD_I64LE, ElementType::i8},
                                                            {H5T_STD_U8LE, ElementType::u1},
                                                            {H5T_STD_U16LE, ElementType::u2},
                                                            {H5T_STD_U32LE, ElementType::u4},
                                                            {H5T_STD_U64LE, ElementType::u8},
                                                            {H5T_IEEE_F64LE, ElementType::f8}}};
  for (const auto& [file_type, element] : known)
    if (H5Tequal(type, file_type) > 0) return element;
  return std::nullopt;
}

herr_t append_link(hid_t, const char* name, const H5L_info_t* info, void* names) {
  if (info->type == H5L_TYPE_HARD) static_cast<std::vector<std::string>*>(names)->push_back(name);
  return 0;
}

herr_t append_attribute(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->push_back(name);
  return 0;
}

std::string absolute(std::string_view item) { return "/" + std::string(item); }

std::string joined(std::string_view group, const std::string& name) {
  return group.empty() ? name : std::string(group) + "/" + name;
}

// Length of a text within its padded element.
std::size_t unpadded(const char* text, std::size_t size) {
  while (size > 0 && text[size - 1] == '\0') --size;
  return size;
}

// Says early, and by the system's reason, what HDF5 would only call unopenable.
std::uint64_t size_of_readable(const std::string& path) {
  const auto refuse = [&](std::string what, std::string remedy) {
    throw InputError({.file = path, .what = std::move(what), .remedy = std::move(remedy)});
  };
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    refuse("there is no such file", "Check the path.");
  if (fd < 0) throw SystemError::from_errno("read", path, errno);
  struct stat info {};
  const bool known = ::fstat(fd, &info) == 0;
  const int code = errno;
  ::close(fd);
  if (!known) throw SystemError::from_errno("read", path, code);
  if (!S_ISREG(info.st_mode)) refuse("this is not a regular file", "Name an HDF5 file.");
  if (info.st_size == 0) refuse("the file is empty", "Make it again from its source.");
  return static_cast<std::uint64_t>(info.st_size);
}

}  // namespace

std::uint64_t DatasetInfo::elements() const {
  return std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>{});
}

struct Hdf5Reader::Impl {
  std::string path;
  std::uint64_t file_bytes = 0;
  Handle file;

  [[noreturn]] void refuse(std::string_view item, std::string what, std::string remedy) const {
    throw InputError({.file = path,
                      .field = std::string(item),
                      .what = std::move(what),
                      .remedy = std::move(remedy)});
  }

  // After a failed call on an item: the system's fault if it gave a reason, else the file's.
  [[noreturn]] void fail(std::string_view item) const { fail(item, hdf5::failed_errno()); }

  [[noreturn]] void fail(std::string_view item, int code) const {
    if (code != 0) throw SystemError::from_errno("read", path, code);
    refuse(item, "this part of the file is damaged", "Make the file again from its source.");
  }

  Handle checked(hid_t id, Handle::Close close, std::string_view item) const {
    if (id < 0) fail(item);
    return {id, close};
  }

  // A group, or a dataset.
  Handle open(std::string_view item) const {
    return checked(H5Oopen(file.get(), absolute(item).c_str(), H5P_DEFAULT), H5Oclose, item);
  }

  std::optional<AttributeValue> attribute(hid_t owner, const std::string& name,
                                          std::string_view item) const;
  void read_elements(const DatasetInfo& info, const Handle& dataset, hid_t memory_type,
                     std::size_t element_bytes, std::byte* out) const;
  void visit(const std::string& group, int depth, const Hdf5Reader& reader,
             std::vector<std::string>& groups, std::vector<std::string>& datasets) const;

  // Guards against a damaged extent before memory is asked for.
  void check_plausible(const DatasetInfo& info, std::size_t element_bytes) const {
    std::uint64_t bytes = element_bytes;
    for (const std::uint64_t n : info.shape)
      if (__builtin_mul_overflow(bytes, n, &bytes)) bytes = UINT64_MAX;
    if (bytes / most_deflated > file_bytes && info.elements() != 0)
      refuse(info.path,
             fmt::format("{} elements cannot stand in a file of {} bytes", info.elements(),
                         file_bytes),
             "Make the file again from its source.");
  }
};

std::optional<AttributeValue> Hdf5Reader::Impl::attribute(hid_t owner, const std::string& name,
                                                          std::string_view item) const {
  const Handle attribute = checked(H5Aopen(owner, name.c_str(), H5P_DEFAULT), H5Aclose, item);
  const Handle type = checked(H5Aget_type(attribute.get()), H5Tclose, item);
  const Handle space = checked(H5Aget_space(attribute.get()), H5Sclose, item);
  if (H5Sget_simple_extent_type(space.get()) != H5S_SCALAR) return std::nullopt;
  const auto get = [&](hid_t memory_type, void* value) {
    if (H5Aread(attribute.get(), memory_type, value) < 0) fail(item);
  };
  switch (H5Tget_class(type.get())) {
    case H5T_STRING: {
      if (H5Tis_variable_str(type.get()) <= 0) {
        std::string text(H5Tget_size(type.get()), '\0');
        get(type.get(), text.data());
        text.resize(unpadded(text.data(), text.size()));
        return text;
      }
      char* text = nullptr;
      get(type.get(), &text);
      std::string copy(text != nullptr ? text : "");
      H5free_memory(text);
      return copy;
    }
    case H5T_INTEGER: {
      std::int64_t value = 0;
      get(H5T_NATIVE_INT64, &value);
      return value;
    }
    case H5T_FLOAT: {
      double value = 0;
      get(H5T_NATIVE_DOUBLE, &value);
      return value;
    }
    default:
      return std::nullopt;
  }
}

void Hdf5Reader::Impl::read_elements(const DatasetInfo& info, const Handle& dataset,
                                     hid_t memory_type, std::size_t element_bytes,
                                     std::byte* out) const {
  if (info.elements() == 0) return;
  const Handle properties = checked(H5Dget_create_plist(dataset.get()), H5Pclose, info.path);
  std::array<hsize_t, 2> chunk{0, 1};
  const std::size_t columns = info.shape.size() > 1 ? info.shape[1] : 1;
  const bool ours = info.shape.size() <= 2 && H5Pget_layout(properties.get()) == H5D_CHUNKED &&
                    hdf5::has_filters(properties.get()) &&
                    H5Pget_chunk(properties.get(), 2, chunk.data()) > 0 && chunk[0] > 0 &&
                    chunk[0] <= UINT32_MAX && chunk[1] == columns;
  const hdf5::ChunkShape shape{info.shape.empty() ? 1 : info.shape.front(), columns, chunk[0],
                               element_bytes};
  if (ours && shape.chunk_bytes() <= UINT32_MAX) {
    if (const auto failure = hdf5::read_chunks(dataset.get(), shape, file_bytes, out))
      fail(info.path, *failure);
  } else if (H5Dread(dataset.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out) < 0) {
    fail(info.path);
  }
}

void Hdf5Reader::Impl::visit(const std::string& group, int depth, const Hdf5Reader& reader,
                             std::vector<std::string>& groups,
                             std::vector<std::string>& datasets) const {
  if (depth > deepest_group)
    refuse(group, "groups lie deeper than in any file of ours", "Is this the right file?");
  for (const std::string& name : reader.links(group)) {
    const std::string item = joined(group, name);
    const Handle object = open(item);
    if (H5Iget_type(object.get()) == H5I_DATASET) datasets.push_back(item);
    if (H5Iget_type(object.get()) != H5I_GROUP) continue;
    groups.push_back(item);
    visit(item, depth + 1, reader, groups, datasets);
  }
}

Hdf5Reader::Hdf5Reader(const std::string& path) : impl_(std::make_unique<Impl>()) {
  hdf5::initialise();
  impl_->path = path;
  impl_->file_bytes = size_of_readable(path);
  if (H5Fis_hdf5(path.c_str()) <= 0)
    impl_->refuse("", "this is not an HDF5 file", "Is it the right file? Make it again if it is.");
  impl_->file = Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (impl_->file) return;
  if (const int code = hdf5::failed_errno(); code != 0)
    throw SystemError::from_errno("read", path, code);
  impl_->refuse("", "the HDF5 file is cut off or damaged", "Make it again from its source.");
}

Hdf5Reader::~Hdf5Reader() = default;

const std::string& Hdf5Reader::path() const { return impl_->path; }

void Hdf5Reader::refuse(std::string_view item, std::string what, std::string remedy) const {
  impl_->refuse(item, std::move(what), std::move(remedy));
}

bool Hdf5Reader::has(std::string_view item) const {
  const std::string whole = absolute(item);
  for (std::size_t slash = 0; slash != std::string::npos;) {
    slash = whole.find('/', slash + 1);
    const std::string part = whole.substr(0, slash);
    if (part != "/" && H5Lexists(impl_->file.get(), part.c_str(), H5P_DEFAULT) <= 0) return false;
  }
  return true;
}

std::vector<std::string> Hdf5Reader::links(std::string_view group) const {
  std::vector<std::string> names;
  if (!has(group)) return names;
  const Handle object = impl_->open(group);
  for (const H5_index_t index : {H5_INDEX_CRT_ORDER, H5_INDEX_NAME}) {
    names.clear();
    if (H5Literate(object.get(), index, H5_ITER_INC, nullptr, append_link, &names) >= 0)
      return names;
  }
  impl_->fail(group);
}

std::vector<std::string> Hdf5Reader::groups() const {
  std::vector<std::string> groups, datasets;
  impl_->visit("", 0, *this, groups, datasets);
  std::ranges::sort(groups);
  return groups;
}

std::vector<DatasetInfo> Hdf5Reader::datasets() const {
  std::vector<std::string> groups, paths;
  impl_->visit("", 0, *this, groups, paths);
  std::ranges::sort(paths);
  std::vector<DatasetInfo> infos;
  for (const std::string& path : paths) infos.push_back(dataset(path));
  return infos;
}

DatasetInfo Hdf5Reader::dataset(const std::string& item) const {
  if (!has(item)) impl_->refuse(item, "the dataset is missing", "Make the file again.");
  const Handle object = impl_->open(item);
  if (H5Iget_type(object.get()) != H5I_DATASET)
    impl_->refuse(item, "this is not a dataset", "Make the file again.");
  const Handle type = impl_->checked(H5Dget_type(object.get()), H5Tclose, item);
  const Handle space = impl_->checked(H5Dget_space(object.get()), H5Sclose, item);
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if (rank < 0) impl_->fail(item);
  std::vector<hsize_t> extent(static_cast<std::size_t>(rank));
  if (H5Sget_simple_extent_dims(space.get(), extent.data(), nullptr) < 0) impl_->fail(item);
  return {.path = item,
          .type = element_type(type.get()),
          .shape = {extent.begin(), extent.end()},
          .stored_bytes = H5Dget_storage_size(object.get()),
          .element_bytes = H5Tget_size(type.get())};
}

std::vector<FileAttribute> Hdf5Reader::attributes(const std::string& owner) const {
  const Handle object = impl_->open(owner);
  std::vector<std::string> names;
  if (H5Aiterate2(object.get(), H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, append_attribute,
                  &names) < 0) {
    names.clear();
    if (H5Aiterate2(object.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, append_attribute, &names) <
        0)
      impl_->fail(owner);
  }
  std::vector<FileAttribute> attributes;
  for (const std::string& name : names)
    if (auto value = impl_->attribute(object.get(), name, owner))
      attributes.push_back({owner, name, std::move(*value)});
  return attributes;
}

std::optional<AttributeValue> Hdf5Reader::attribute(const std::string& owner,
                                                    std::string_view name) const {
  if (!has(owner)) return std::nullopt;
  const Handle object = impl_->open(owner);
  const std::string key(name);
  if (H5Aexists(object.get(), key.c_str()) <= 0) return std::nullopt;
  return impl_->attribute(object.get(), key, owner);
}

std::string Hdf5Reader::text_attribute(const std::string& owner, std::string_view name) const {
  auto value = attribute(owner, name);
  auto* text = value ? std::get_if<std::string>(&*value) : nullptr;
  return text != nullptr ? std::move(*text) : std::string();
}

DatasetInfo Hdf5Reader::expect(const std::string& item, ElementType type,
                               std::size_t dimensions) const {
  DatasetInfo info = dataset(item);
  if (info.type != type)
    impl_->refuse(item,
                  fmt::format("its values are of type {}, not {}",
                              info.type ? to_string(*info.type) : "unknown", to_string(type)),
                  "Is the file from another program? Make it again.");
  if (info.shape.size() != dimensions)
    impl_->refuse(item, fmt::format("it has {} dimensions, not {}", info.shape.size(), dimensions),
                  "Is the file from another program? Make it again.");
  impl_->check_plausible(info, std::max<std::size_t>(1, byte_size(type)));
  return info;
}

void Hdf5Reader::read_into(const DatasetInfo& info, std::byte* out) const {
  const Handle dataset = impl_->open(info.path);
  const Handle type = impl_->checked(H5Dget_type(dataset.get()), H5Tclose, info.path);
  impl_->read_elements(info, dataset, type.get(), byte_size(*info.type), out);
}

std::vector<std::byte> Hdf5Reader::read_bytes(const DatasetInfo& info) const {
  if (!info.type || *info.type == ElementType::text)
    impl_->refuse(info.path, "its values are not of a type that we write",
                  "Is the file from another program?");
  impl_->check_plausible(info, byte_size(*info.type));
  std::vector<std::byte> bytes(info.elements() * byte_size(*info.type));
  read_into(info, bytes.data());
  return bytes;
}

TextColumn Hdf5Reader::read_texts(const std::string& item) const {
  const DatasetInfo info = expect(item, ElementType::text, 1);
  const Handle dataset = impl_->open(item);
  const Handle type = impl_->checked(H5Dget_type(dataset.get()), H5Tclose, item);
  const std::size_t rows = info.shape.front();
  TextColumn texts;
  const auto add = [&](std::string_view text) {
    if (!simdjson::validate_utf8(text.data(), text.size()))
      impl_->refuse(item, fmt::format("the text of row {}, from 0, is not UTF-8", texts.size()),
                    "Make the file again from its source.");
    texts.push_back(text);
  };
  if (H5Tis_variable_str(type.get()) <= 0) {
    const std::size_t length = H5Tget_size(type.get());
    impl_->check_plausible(info, length);
    std::vector<std::byte> bytes(rows * length);
    impl_->read_elements(info, dataset, type.get(), length, bytes.data());
    const char* text = reinterpret_cast<const char*>(bytes.data());
    for (std::size_t i = 0; i < rows; ++i, text += length) add({text, unpadded(text, length)});
    return texts;
  }
  const Handle all = impl_->checked(H5Dget_space(dataset.get()), H5Sclose, item);
  constexpr std::size_t part_rows = std::size_t{1} << 16;
  for (std::size_t begin = 0; begin < rows; begin += part_rows) {
    const hsize_t offset = begin, count = std::min(part_rows, rows - begin);
    std::vector<char*> pointers(count, nullptr);
    const Handle part = impl_->checked(H5Screate_simple(1, &count, nullptr), H5Sclose, item);
    if (H5Sselect_hyperslab(all.get(), H5S_SELECT_SET, &offset, nullptr, &count, nullptr) < 0 ||
        H5Dread(dataset.get(), type.get(), part.get(), all.get(), H5P_DEFAULT, pointers.data()) < 0)
      impl_->fail(item);
    for (const char* text : pointers) add(text != nullptr ? text : "");
    H5Dvlen_reclaim(type.get(), part.get(), H5P_DEFAULT, pointers.data());
  }
  return texts;
}

}  // namespace rolecall
