/** A place, degrees (WGS 84). */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** The earth's mean diameter (IUGG), metres. */
const DIAMETER = 2 * 6_371_008.8;

/** Distance over the ground by the haversine formula, metres; within 0.6 % of the ellipsoid's. */
export function distanceMetres(a: Place, b: Place): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (from: number, to: number) => Math.sin(radians(to - from) / 2) ** 2;
  const shrink = Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude));
  const square = half(a.latitude, b.latitude) + shrink * half(a.longitude, b.longitude);
  return DIAMETER * Math.asin(Math.min(1, Math.sqrt(square)));
}
