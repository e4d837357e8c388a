import { JSONValue, JSONValueKind, json, TypedMap } from "@graphprotocol/graph-ts";

/** What a station's metadata says of it, where it is inline JSON after OCPI 2.2.1 §8.3.1 Location. */
export class Location {
  name: string | null = null;
  address: string | null = null;
  city: string | null = null;
  postalCode: string | null = null;
  country: string | null = null;
}

/** Reads what can be read. Anybody may write anything there, so nothing in it is an error. */
export function readLocation(metadata: string): Location {
  const location = new Location();
  if (!metadata.startsWith("{")) return location;
  const parsed = json.try_fromString(metadata);
  if (parsed.isError || parsed.value.kind != JSONValueKind.OBJECT) return location;
  const fields = parsed.value.toObject();
  location.name = text(fields, "name");
  location.address = text(fields, "address");
  location.city = text(fields, "city");
  location.postalCode = text(fields, "postal_code");
  location.country = text(fields, "country");
  return location;
}

function text(fields: TypedMap<string, JSONValue>, name: string): string | null {
  const value = fields.get(name);
  return value != null && value.kind == JSONValueKind.STRING ? value.toString() : null;
}
