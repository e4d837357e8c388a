import { Trans, useLingui } from "@lingui/react/macro";
import { EvseKind, type ListedTariff, type StationListing } from "@openjoule/sdk";
import { useState } from "react";
import { type EvseGroup, PriceLine, useGroupLabel } from "#features/stations";
import { useFormat } from "#i18n";
import { Card, SelectField, TextField } from "#ui";
import { type SheetEvse, tariffsOf } from "./evses.ts";
import { PriceResult } from "./PriceResult.tsx";
import { likelyPower, powerOptions, priceOf, readEnergy } from "./price.ts";
import styles from "./StationSheet.module.css";

export interface PriceCalculatorProps {
  readonly station: StationListing;
  readonly groups: readonly EvseGroup<SheetEvse>[];
  readonly chosen: SheetEvse | undefined;
  /** kWh, as typed. */
  readonly energy: string;
  readonly onEnergy: (energy: string) => void;
}

const SLIDER_KWH = { least: 1, most: 100 } as const;
const idleMinutes = [0, 15, 30, 60, 120] as const;

/** What a charge would cost here, before anything is paid: the contract's own rule on the reader's own numbers. */
export function PriceCalculator({ station, groups, chosen, energy, onEnergy }: PriceCalculatorProps) {
  const { t } = useLingui();
  const format = useFormat();
  const groupLabel = useGroupLabel();
  const [groupKey, setGroupKey] = useState(() => groups.find(({ evses }) => chosen && evses.includes(chosen))?.key);
  const [tariffId, setTariffId] = useState<string>();
  const [powerW, setPowerW] = useState<number>();
  const [idle, setIdle] = useState(0);

  const group = groups.find(({ key }) => key === groupKey) ?? groups[0];
  const tariffs = group === undefined ? [] : tariffsOf(station, group.tariffIds);
  const tariff = tariffs.find(({ id }) => id === tariffId) ?? tariffs[0];
  if (group === undefined || tariff === undefined) return null;

  const kind = group.evses[0]?.kind ?? EvseKind.AC;
  const powers = powerOptions(group.maxPowerW);
  const power = powers.find((one) => one === powerW) ?? likelyPower(group.maxPowerW, kind);
  const reading = readEnergy(energy);
  const problems = {
    notANumber: t`Type a number of kWh, like 20 or 12.5.`,
    tooLittle: t`Type more than zero.`,
    tooMuch: t`No car takes that much: at most 500 kWh.`,
  };
  const pricesIdle = (tariff.pricing.elements[0]?.idlePerHour ?? 0n) > 0n;
  return (
    <Card title={<Trans>What would I pay?</Trans>}>
      <div className={styles.form}>
        {groups.length > 1 && (
          <SelectField label={<Trans>Connector</Trans>} value={group.key} onChange={setGroupKey}>
            {groups.map((one) => (
              <option key={one.key} value={one.key}>
                {groupLabel(one)}
              </option>
            ))}
          </SelectField>
        )}
        {tariffs.length > 1 && <TariffChoice tariffs={tariffs} value={tariff.id} onChange={setTariffId} />}
        <div className={styles.energy}>
          <TextField
            label={<Trans>Energy in kWh</Trans>}
            inputMode="decimal"
            suffix="kWh"
            value={energy}
            error={reading.problem && problems[reading.problem]}
            onChange={onEnergy}
          />
          <input
            type="range"
            className={styles.slider}
            aria-label={t`Energy in kWh`}
            min={SLIDER_KWH.least}
            max={SLIDER_KWH.most}
            value={Math.min(SLIDER_KWH.most, Math.round((reading.energyWh ?? 1000) / 1000))}
            onChange={(event) => onEnergy(event.target.value)}
          />
        </div>
        <SelectField
          label={<Trans>My car charges at</Trans>}
          value={String(power)}
          onChange={(value) => setPowerW(Number(value))}
        >
          {powers.map((one) => (
            <option key={one} value={one}>
              {format.power(one)}
            </option>
          ))}
        </SelectField>
        {pricesIdle && (
          <SelectField
            label={<Trans>Left plugged in afterwards</Trans>}
            value={String(idle)}
            onChange={(value) => setIdle(Number(value))}
          >
            {idleMinutes.map((minutes) => (
              <option key={minutes} value={minutes}>
                {minutes === 0 ? t`not at all` : format.duration(minutes * 60)}
              </option>
            ))}
          </SelectField>
        )}
      </div>
      {reading.energyWh !== undefined && (
        <PriceResult
          tariff={tariff}
          price={priceOf(tariff.pricing, {
            energyWh: reading.energyWh,
            powerW: power,
            idleSeconds: pricesIdle ? idle * 60 : 0,
          })}
        />
      )}
    </Card>
  );
}

interface TariffChoiceProps {
  readonly tariffs: readonly ListedTariff[];
  readonly value: string;
  readonly onChange: (id: string) => void;
}

function TariffChoice({ tariffs, value, onChange }: TariffChoiceProps) {
  return (
    <fieldset className={styles.choice}>
      <legend>
        <Trans>Tariff</Trans>
      </legend>
      {tariffs.map((tariff) => (
        <label key={tariff.id}>
          <input type="radio" checked={tariff.id === value} onChange={() => onChange(tariff.id)} />
          <span>
            <PriceLine tariff={tariff} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}
