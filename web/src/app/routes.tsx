import { lazy } from "react";
import { Route, Switch } from "wouter";
import { NotFound } from "./NotFound.tsx";

/** Each page is a chunk of its own, loaded when somebody goes there. */
const MapPage = lazy(async () => ({ default: (await import("#features/map")).MapPage }));
const StationsPage = lazy(async () => ({ default: (await import("#features/stations")).StationsPage }));
const StationPage = lazy(async () => ({ default: (await import("#features/station")).StationPage }));
const SessionsPage = lazy(async () => ({ default: (await import("#features/sessions")).SessionsPage }));
const PayPage = lazy(async () => ({ default: (await import("#features/session")).PayPage }));
const SessionPage = lazy(async () => ({ default: (await import("#features/session")).SessionPage }));

/** `/evse/:id` is what the QR code on a charger says: an EVSE id as people read it, or its key. */
export function Routes() {
  return (
    <Switch>
      <Route path="/" component={MapPage} />
      <Route path="/stations" component={StationsPage} />
      <Route path="/stations/:id">{({ id }) => <StationPage key={id} stationId={id} />}</Route>
      <Route path="/evse/:id">{({ id }) => <StationPage key={id} evseId={id} />}</Route>
      <Route path="/evse/:id/pay">{({ id }) => <PayPage key={id} evseId={id} />}</Route>
      <Route path="/sessions" component={SessionsPage} />
      <Route path="/sessions/:id">{({ id }) => <SessionPage key={id} sessionId={id} />}</Route>
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}
