/** Members whose values identify a person or open something: never logged. */
const secretMember = /"(idTag|parentIdTag|password|AuthorizationKey|authorizationKey)"(\s*:\s*)"(?:[^"\\]|\\.)*"/g;
/** ChangeConfiguration and GetConfiguration name the key in a neighbour. */
const secretValue = /("key"\s*:\s*"AuthorizationKey"[^}]*?"value"\s*:\s*)"(?:[^"\\]|\\.)*"/g;

const maxLength = 2_000;

/** A frame's text fit for the log: id tokens and keys masked, long ones cut. */
export function maskFrame(frame: string): string {
  const masked = frame
    .slice(0, 4 * maxLength)
    .replace(secretValue, '$1"***"')
    .replace(secretMember, '"$1"$2"***"');
  return masked.length > maxLength ? `${masked.slice(0, maxLength)}...` : masked;
}
