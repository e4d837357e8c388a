/**
 * Reads CSV after RFC 4180 (fields in quotes may hold commas, line ends and doubled quotes), with a header line.
 * @returns one object a row, by the header's names; a field that is not there is empty
 */
export function parseCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/y;
  field.lastIndex = text.startsWith("\uFEFF") ? 1 : 0;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const [, value = "", end] = field.exec(text) ?? [];
    if (end === undefined) throw new Error(`no CSV at character ${at}: ${text.slice(at, at + 40)}`);
    row.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  const [header = [], ...records] = rows;
  return records.map((record) => Object.fromEntries(header.map((name, index) => [name, record[index] ?? ""])));
}
