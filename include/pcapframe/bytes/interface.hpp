// What a source says about the interfaces its packets came from.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <utility>

#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/base/utf8_string.hpp>

namespace pcapframe::inline v0_2 {

/// One interface: the file header of a pcap, an Interface Description Block of a pcapng, or a live interface.
struct interface_info {
    std::uint16_t link_type = 0;      ///< LINKTYPE number
    std::uint32_t id = 0;             ///< number within the section, as packets name it; live: the system number
    std::uint32_t section = 0;        ///< which pcapng section of the file describes it, from 0
    std::uint32_t snaplen = 0;        ///< the snapshot length claimed, 0 for none; never trusted
    std::uint8_t fcs_bytes = 0;       ///< frame check sequence bytes at each frame's end, 0 if unknown
    std::uint8_t tsresol = 6;         ///< if_tsresol as in the file: 10^-n, or 2^-n where the top bit is set
    std::int64_t tsoffset = 0;        ///< if_tsoffset: seconds added to each time
    utf8_string name;                 ///< if_name, empty where there is none
    utf8_string description;          ///< if_description
    utf8_string filter;               ///< if_filter, where it is text
    utf8_string os;                   ///< if_os
};

/// The unit of the sub-second field of a pcap's times.
enum class time_fraction : std::uint8_t {
    as_written,    ///< what the file says
    microseconds,  ///< whatever the file says
    nanoseconds,
};

/// What is known better of files than they say themselves.
struct file_corrections {
    std::optional<std::uint16_t> link_type{};  ///< the link type of all packets
    time_fraction fraction = time_fraction::as_written;

    friend bool operator==(const file_corrections&, const file_corrections&) = default;
};

/// The interfaces of one or more files, in the order in which they were described; `record::interface` is an index into
/// this list. The list is only ever appended to, and an interface that is in it never moves or changes: tables whose
/// rows name interfaces share the list with the reader, which goes on to append to it. Another thread may meanwhile use
/// `operator[]`, `first` and `same_names` up to a size that it knew before; `size` is for the thread that appends.
class interface_list {
public:
    interface_list() = default;
    /// So many interfaces of which nothing is known.
    explicit interface_list(std::size_t count) {
        while (size_ < count) push_back({});
    }
    interface_list(std::initializer_list<interface_info> all) {
        for (const interface_info& one : all) push_back(one);
    }
    interface_list(const interface_list& other) : interface_list(other.first(other.size_)) {}
    interface_list(interface_list&& other) noexcept { swap(other); }
    interface_list& operator=(interface_list other) noexcept {
        swap(other);
        return *this;
    }
    ~interface_list() = default;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] const interface_info& operator[](std::size_t i) const noexcept {
        const std::size_t block = block_of(i);
        return blocks_[block].get()[i - begin_of(block)];
    }
    [[nodiscard]] const interface_info& back() const noexcept { return (*this)[size_ - 1]; }

    /// Corrects what is appended from now on, and the files that are read with this list.
    void correct(const file_corrections& known) noexcept { corrections_ = known; }
    [[nodiscard]] const file_corrections& corrections() const noexcept { return corrections_; }

    void push_back(interface_info info) {
        info.link_type = corrections_.link_type.value_or(info.link_type);
        const std::size_t block = block_of(size_);
        if (size_ == begin_of(block)) blocks_[block] = std::make_shared<interface_info[]>(least << block);
        blocks_[block].get()[size_ - begin_of(block)] = std::move(info);
        ++size_;
    }

    /// A list of the first `count`. Entries that can no longer change are shared with this list.
    [[nodiscard]] interface_list first(std::size_t count) const {
        interface_list made;
        made.corrections_ = corrections_;
        std::size_t block = 0;
        for (; begin_of(block + 1) <= count; ++block) made.blocks_[block] = blocks_[block];
        made.size_ = begin_of(block);
        while (made.size_ < count) made.push_back((*this)[made.size_]);
        return made;
    }

    /// Whether the first `count` of two lists, which must have as many, have the same names.
    [[nodiscard]] bool same_names(const interface_list& other, std::size_t count) const noexcept {
        for (std::size_t i = 0; i < count;) {
            const std::size_t block = block_of(i);
            if (blocks_[block] == other.blocks_[block]) i = begin_of(block + 1);
            else if ((*this)[i].name == other[i].name) ++i;
            else return false;
        }
        return true;
    }

    class iterator {
    public:
        iterator(const interface_list& list, std::size_t at) noexcept : list_(&list), at_(at) {}
        const interface_info& operator*() const noexcept { return (*list_)[at_]; }
        iterator& operator++() noexcept {
            ++at_;
            return *this;
        }
        friend bool operator==(const iterator&, const iterator&) = default;

    private:
        const interface_list* list_;
        std::size_t at_;
    };
    [[nodiscard]] iterator begin() const noexcept { return {*this, 0}; }
    [[nodiscard]] iterator end() const noexcept { return {*this, size_}; }

private:
    // Block b has room for 4 << b interfaces: a few blocks hold as many as 32 bits can name.
    static constexpr std::size_t least = 4;
    static constexpr std::size_t blocks = 30;

    static constexpr std::size_t begin_of(std::size_t block) noexcept { return (least << block) - least; }
    static constexpr std::size_t block_of(std::size_t i) noexcept {
        return narrowed<std::size_t>(std::bit_width(i / least + 1)) - 1;
    }

    void swap(interface_list& other) noexcept {
        blocks_.swap(other.blocks_);
        std::swap(size_, other.size_);
        std::swap(corrections_, other.corrections_);
    }

    std::array<std::shared_ptr<interface_info[]>, blocks> blocks_{};
    std::size_t size_ = 0;
    file_corrections corrections_{};
};

}  // namespace pcapframe
