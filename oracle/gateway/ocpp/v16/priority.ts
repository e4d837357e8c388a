import type { DeviceCommand } from "../../../bus/types.ts";

/** Lower goes first: what stops or protects, then what starts or changes something, then questions. */
export function priorityOf(command: DeviceCommand): number {
  switch (command.type) {
    case "remoteStop":
    case "unlock":
    case "reset":
      return 0;
    case "changeAvailability":
      return command.operative ? 1 : 0;
    case "trigger":
    case "extendedTrigger":
    case "getConfiguration":
    case "getLocalListVersion":
    case "getCompositeSchedule":
    case "getInstalledCertificates":
    case "getDiagnostics":
    case "getLog":
      return 2;
    default:
      return 1;
  }
}
