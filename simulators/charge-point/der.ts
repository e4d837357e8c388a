/** As much of DER (ITU-T X.690) as certificates and requests for them need. */

export function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.from(content.length.toString(16).padStart(content.length > 0xff ? 4 : 2, "0"), "hex");
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}

export const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
export const bitString = (bits: Uint8Array) => der(0x03, Buffer.from([0]), bits);
/** Its content in hex: the standards give their few. */
export const objectId = (hex: string) => der(0x06, Buffer.from(hex, "hex"));

export type Element = { tag: number; content: Buffer; whole: Buffer };

/** The elements that stand in a content one after the other. @throws RangeError for what is no DER. */
export function elements(bytes: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes.readUInt8(at);
    const first = bytes.readUInt8(at + 1);
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
    const start = at + 2 + lengthBytes;
    if (start + length > bytes.length) throw new RangeError("DER element is longer than what holds it");
    const content = bytes.subarray(start, start + length);
    found.push({ tag, content, whole: bytes.subarray(at, start + length) });
    at = start + length;
  }
  return found;
}
