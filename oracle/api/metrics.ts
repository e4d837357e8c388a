import { Counter, collectDefaultMetrics, Gauge, Histogram, type Registry } from "@prometheus-io/client";

export type ApiMetrics = ReturnType<typeof createApiMetrics>;

/** What the API measures, and the process's own figures, under `openjoule_*`, in the given registry. */
export function createApiMetrics(registry: Registry) {
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "openjoule_" });
  return {
    requests: new Histogram({
      name: "openjoule_http_request_duration_seconds",
      help: "Requests answered, by route and status; event streams count when they end",
      labelNames: ["method", "route", "status"] as const,
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    }),
    streams: new Gauge({ name: "openjoule_http_event_streams", help: "Event streams open now", registers }),
    stops: new Counter({
      name: "openjoule_http_stop_requests_total",
      help: "Stop requests signed by drivers",
      labelNames: ["outcome"] as const,
      registers,
    }),
  };
}
