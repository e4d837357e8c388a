import { Counter, Gauge, type Registry } from "@prometheus-io/client";

export type EngineMetrics = ReturnType<typeof createEngineMetrics>;

/** Everything that the engine measures, under `openjoule_*`, in the given registry. */
export function createEngineMetrics(registry: Registry) {
  const registers = [registry];
  return {
    deviceEvents: new Counter({
      name: "openjoule_device_events_total",
      help: "Events of devices, by type; repeated ones apart",
      labelNames: ["type", "repeated"] as const,
      registers,
    }),
    quarantined: new Counter({
      name: "openjoule_device_messages_quarantined_total",
      help: "Messages of devices that fit no session and wait for a person",
      registers,
    }),
    flags: new Counter({
      name: "openjoule_session_flags_total",
      help: "Odd things that happened in sessions, by reason",
      labelNames: ["reason"] as const,
      registers,
    }),
    phases: new Counter({
      name: "openjoule_session_phases_total",
      help: "Sessions that entered a phase",
      labelNames: ["phase"] as const,
      registers,
    }),
    halted: new Counter({
      name: "openjoule_sessions_halted_total",
      help: "Sessions for which nothing more is decided until a person has looked",
      labelNames: ["error"] as const,
      registers,
    }),
    unserved: new Counter({
      name: "openjoule_sessions_unserved_total",
      help: "Sessions opened on the chain that this oracle does not serve, by reason",
      labelNames: ["reason"] as const,
      registers,
    }),
    statements: new Counter({
      name: "openjoule_statements_signed_total",
      help: "Statements signed by all keys of this oracle",
      labelNames: ["final"] as const,
      registers,
    }),
    commands: new Counter({
      name: "openjoule_device_commands_total",
      help: "Commands to devices, by kind and outcome",
      labelNames: ["kind", "outcome"] as const,
      registers,
    }),
    failures: new Counter({
      name: "openjoule_engine_failures_total",
      help: "Turns of an engine worker that failed and are repeated",
      labelNames: ["worker"] as const,
      registers,
    }),
    connectedDevices: new Gauge({
      name: "openjoule_devices_connected",
      help: "Devices that are connected now",
      registers,
    }),
  };
}
