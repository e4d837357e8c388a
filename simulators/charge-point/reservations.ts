import type { Status } from "./messages.ts";

export type Reservation = {
  reservationId: number;
  idTag: string;
  parentIdTag: string | undefined;
  expiresAtMs: number;
};

export type ReservationsOptions = {
  nowMs: () => number;
  /** The connector's state, reservations left out of account. */
  statusOf: (connectorId: number) => Status | undefined;
  onChange: (connectorId: number) => void;
};

type Payload = Record<string, unknown>;

/** Reservations of single connectors (OCPP 1.6 §5.13, §5.1); one for any connector is not supported here. */
export function createReservations({ nowMs, statusOf, onChange }: ReservationsOptions) {
  const held = new Map<number, Reservation & { timer: NodeJS.Timeout }>();

  function release(connectorId: number): void {
    clearTimeout(held.get(connectorId)?.timer);
    if (held.delete(connectorId)) onChange(connectorId);
  }

  return {
    has: (connectorId: number) => held.has(connectorId),
    reserveNow({ connectorId, expiryDate, idTag, parentIdTag, reservationId }: Payload): object {
      const id = Number(connectorId);
      const status = statusOf(id);
      const expiresAtMs = Date.parse(String(expiryDate));
      if (status === undefined || !(expiresAtMs > nowMs())) return { status: "Rejected" };
      if (status === "Faulted" || status === "Unavailable") return { status };
      const own = [...held].find(([, reservation]) => reservation.reservationId === reservationId);
      // The same id again changes the reservation; another one finds the connector taken.
      const isTaken = status !== "Available" || (held.has(id) && own?.[0] !== id);
      if (isTaken) return { status: "Occupied" };
      if (own !== undefined) release(own[0]);
      const timer = setTimeout(() => release(id), Math.min(expiresAtMs - nowMs(), 2 ** 31 - 1));
      held.set(id, {
        reservationId: Number(reservationId),
        idTag: String(idTag),
        parentIdTag: parentIdTag === undefined ? undefined : String(parentIdTag),
        expiresAtMs,
        timer,
      });
      onChange(id);
      return { status: "Accepted" };
    },
    cancelReservation({ reservationId }: Payload): object {
      const own = [...held].find(([, reservation]) => reservation.reservationId === reservationId);
      if (own === undefined) return { status: "Rejected" };
      release(own[0]);
      return { status: "Accepted" };
    },
    /** Whether a tag may use the connector: its holder, or one of the same parent. */
    admits(connectorId: number, idTag: string, parentIdTag: string | undefined): boolean {
      const reservation = held.get(connectorId);
      if (reservation === undefined || reservation.idTag === idTag) return true;
      return reservation.parentIdTag !== undefined && reservation.parentIdTag === parentIdTag;
    },
    /** Its holder begins: the reservation is used up. Returns its id. */
    use(connectorId: number): number | undefined {
      const reservationId = held.get(connectorId)?.reservationId;
      clearTimeout(held.get(connectorId)?.timer);
      held.delete(connectorId);
      return reservationId;
    },
    dispose(): void {
      for (const { timer } of held.values()) clearTimeout(timer);
    },
  };
}
export type Reservations = ReturnType<typeof createReservations>;
