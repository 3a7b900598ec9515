#include "results/content_file.hpp"

#include <vector>

#include "core/profile.hpp"
#include "results/digest.hpp"
#include "results/hdf5_writer.hpp"

namespace rolecall {

std::string write_whole(const Content& content, const std::string& path,
                        const Provenance& provenance) {
  Phase hash("hash");
  const std::vector<std::string> shas = dataset_digests(content.datasets);
  std::string digest = content_digest(content, shas);
  hash.end();
  const Phase pack("pack and write");
  Hdf5Writer file(path);
  for (const FileAttribute& attribute : content.attributes) file.write(attribute);
  for (const FileAttribute& attribute : to_attributes(provenance)) file.write(attribute);
  file.write(FileAttribute{"provenance", "content_digest", digest});
  for (std::size_t i = 0; i < content.datasets.size(); ++i)
    file.write(content.datasets[i], shas[i]);
  file.close();
  return digest;
}

std::string write_content(const Content& content, const std::string& path,
                          const Provenance& provenance, Overwrite overwrite) {
  const Phase phase("write the file");
  OutputFile output(path, overwrite);
  std::string digest = write_whole(content, output.partial_path(), provenance);
  output.commit();
  return digest;
}

}  // namespace rolecall
