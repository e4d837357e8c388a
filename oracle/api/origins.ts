import type { OriginFunction } from "@fastify/cors";

/**
 * Which web pages may read the API, as @fastify/cors takes it.
 * @param allowed Origins; `http://localhost:*` is that host with any port, everything else is exactly itself. "*" for all.
 */
export function originsOf(allowed: readonly string[] | "*"): "*" | OriginFunction {
  if (allowed === "*") return allowed;
  return (origin, done) => {
    const anyPort = origin && `${origin.replace(/:\d{1,5}$/, "")}:*`;
    done(
      null,
      allowed.some((entry) => entry === origin || entry === anyPort),
    );
  };
}
