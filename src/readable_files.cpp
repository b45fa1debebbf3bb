#include "readable_files.hpp"

#include <pcapframe/source/paths.hpp>
#include <pcapframe/source/record_reader.hpp>

#include "command.hpp"

std::vector<std::string> readable_files(std::string_view command, const std::vector<std::string>& paths, int& status) {
    std::vector<std::string> good;
    for (const std::string& path : paths) {
        const auto files = pcapframe::expand_path(path);
        if (!files) {
            status = complain_error(command, files.error());
            continue;
        }
        for (const std::string& file : *files) {
            if (const auto checked = pcapframe::check_capture(file); !checked)
                status = complain_error(command, checked.error());
            else
                good.push_back(file);
        }
    }
    return good;
}
