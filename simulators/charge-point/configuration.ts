import { highestStackLevel, mostPeriods } from "./charging-profiles.ts";
import { longestList, longestUpdate } from "./tags.ts";

/** What the central system may change. */
export type Settings = {
  heartbeatSeconds: number;
  meterIntervalSeconds: number;
  /** A tag that is known here need not be asked for. */
  localPreAuthorize: boolean;
  /** A tag that is known here may charge while the central system is away. */
  localAuthorizeOffline: boolean;
};

type Payload = Record<string, unknown>;

/** The configuration keys of OCPP 1.6 §9 that this charge point has. */
export function createConfiguration(settings: Settings, connectors: number, onChange: () => void) {
  const readonly = {
    NumberOfConnectors: connectors,
    MeterValuesSampledData: "Energy.Active.Import.Register,Power.Active.Import,SoC",
    SupportedFeatureProfiles: "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger",
    LocalAuthListEnabled: true,
    LocalAuthListMaxLength: longestList,
    SendLocalListMaxLength: longestUpdate,
    ChargeProfileMaxStackLevel: highestStackLevel,
    ChargingScheduleAllowedChargingRateUnit: "Current,Power",
    ChargingScheduleMaxPeriods: mostPeriods,
    ReserveConnectorZeroSupported: false,
  };
  const seconds = (key: "heartbeatSeconds" | "meterIntervalSeconds") => ({
    get: () => String(settings[key]),
    set(text: string) {
      const value = Number(text);
      if (!(value > 0)) return false;
      settings[key] = value;
      return true;
    },
  });
  const flag = (key: "localPreAuthorize" | "localAuthorizeOffline") => ({
    get: () => String(settings[key]),
    set(text: string) {
      const value = text.toLowerCase();
      if (value !== "true" && value !== "false") return false;
      settings[key] = value === "true";
      return true;
    },
  });
  const changeable = new Map([
    ["HeartbeatInterval", seconds("heartbeatSeconds")],
    ["MeterValueSampleInterval", seconds("meterIntervalSeconds")],
    ["LocalPreAuthorize", flag("localPreAuthorize")],
    ["LocalAuthorizeOffline", flag("localAuthorizeOffline")],
  ]);
  const all = () => [
    ...[...changeable].map(([key, { get }]) => ({ key, readonly: false, value: get() })),
    ...Object.entries(readonly).map(([key, value]) => ({ key, readonly: true, value: String(value) })),
  ];

  return {
    get(payload: Payload): object {
      const wanted = Array.isArray(payload.key) ? payload.key.map(String) : [];
      const known = all();
      if (wanted.length === 0) return { configurationKey: known };
      return {
        configurationKey: known.filter(({ key }) => wanted.includes(key)),
        unknownKey: wanted.filter((name) => !known.some(({ key }) => key === name)),
      };
    },
    change({ key, value }: Payload): object {
      const setting = changeable.get(String(key));
      if (setting === undefined) return { status: Object.hasOwn(readonly, String(key)) ? "Rejected" : "NotSupported" };
      if (!setting.set(String(value))) return { status: "Rejected" };
      onChange();
      return { status: "Accepted" };
    },
  };
}
export type Configuration = ReturnType<typeof createConfiguration>;
