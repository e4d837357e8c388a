import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Longest end of a log that is looked at, bytes. */
const TAIL_BYTES = 16_384;

/**
 * The last lines of a file, without the terminal's colour codes; empty when there is no such file.
 *
 * @param from what lies before this byte is not looked at: an earlier process of the same name wrote it
 */
export function lastLines(file: string, count: number, from = 0): string {
  return readFrom(file, from, TAIL_BYTES).trimEnd().split("\n").slice(-count).join("\n");
}

/** A file from a byte on, or the last `atMost` bytes of that, without the terminal's colour codes. */
export function readFrom(file: string, from: number, atMost = Number.POSITIVE_INFINITY): string {
  let handle: number;
  try {
    handle = openSync(file, "r");
  } catch {
    return "";
  }
  try {
    const size = fstatSync(handle).size;
    const buffer = Buffer.alloc(Math.max(0, Math.min(size - from, atMost)));
    readSync(handle, buffer, 0, buffer.length, size - buffer.length);
    return plain(buffer.toString("utf8"));
  } finally {
    closeSync(handle);
  }
}

/** A text without ANSI escape sequences. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "");
}
