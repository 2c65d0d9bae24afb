// Files of comma-separated values (RFC 4180) of what is shown.

/** Programs for tables run texts that begin like a formula, so these get an apostrophe first. */
function cell(value) {
  const text = value === null || value === undefined ? ""
    : typeof value === "object" ? JSON.stringify(value) : String(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A file for the person. */
export function saveFile(name, type, ...parts) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** `columns` and `rows` as a file. */
export function save(name, columns, rows) {
  const lines = [columns, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`);
  // Without the mark, some programs take the text for one of another encoding.
  saveFile(name, "text/csv", "\ufeff", ...lines);
}
