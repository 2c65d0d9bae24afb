#pragma once
// Pieces of HTML pages in which no text of others can become markup.

#include <initializer_list>
#include <string>
#include <string_view>

namespace consularia::cli {

/// As the content of an element; what is no UTF-8 or controls a terminal or printer is replaced.
[[nodiscard]] std::string escape_html(std::string_view text);

/// A paragraph of plain text.
[[nodiscard]] std::string paragraph(std::string_view text);

[[nodiscard]] std::string heading(std::string_view text);

/// With a header row, which is printed on each sheet, and rows of texts.
class HtmlTable {
  public:
    explicit HtmlTable(std::initializer_list<std::string_view> columns);

    void add(std::initializer_list<std::string_view> cells);

    /// Without rows it is the paragraph instead.
    [[nodiscard]] std::string or_else(std::string_view none) const;

  private:
    std::string html_;
    bool empty_ = true;
};

}  // namespace consularia::cli
