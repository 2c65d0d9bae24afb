// Files of comma-separated values (RFC 4180) of what is shown.

/** Programs for tables run texts that begin like a formula, so these get an apostrophe first. */
function cell(value) {
  const text = value === null || value === undefined ? ""
    : typeof value === "object" ? JSON.stringify(value) : String(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** `columns` and `rows` as a file for the person. */
export function save(name, columns, rows) {
  const lines = [columns, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`);
  // Without the mark, some programs take the text for one of another encoding.
  const url = URL.createObjectURL(new Blob(["\ufeff", ...lines], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
