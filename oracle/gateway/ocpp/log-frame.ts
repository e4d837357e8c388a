/** Members whose values identify a person or open something: never logged, whatever a device puts there. */
const secretMember = /"(idTag|parentIdTag|idToken|password|AuthorizationKey)"(\s*:\s*)VALUE/.source;
/** ChangeConfiguration and GetConfiguration name the key in a neighbour. */
const secretValue = /("key"\s*:\s*"AuthorizationKey"[^}]*?"value"\s*:\s*)VALUE/.source;
/** A text, also one that the cut below has left without its end; or anything else up to what ends it. */
const value = /(?:"(?:[^"\\]|\\.)*(?:"|\\?$)|[^\s"][^,}\]]*)/.source;
const members = new RegExp(secretMember.replace("VALUE", value), "gi");
const values = new RegExp(secretValue.replace("VALUE", value), "gi");

const maxLength = 2_000;

/** A frame's text fit for the log: id tokens and keys masked, long ones cut. */
export function maskFrame(frame: string): string {
  const masked = frame
    .slice(0, 4 * maxLength)
    .replace(values, '$1"***"')
    .replace(members, '"$1"$2"***"');
  return masked.length > maxLength ? `${masked.slice(0, maxLength)}...` : masked;
}
