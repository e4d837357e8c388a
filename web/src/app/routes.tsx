import { type ComponentType, lazy, useMemo } from "react";
import { Route, Switch } from "wouter";
import { NotFound } from "./NotFound.tsx";
import { featureOf, type PageFeature, pageAt } from "./paths.ts";

/** Each feature is a chunk of its own, loaded when somebody goes there. */
const features = {
  map: once(() => import("#features/map")),
  stations: once(() => import("#features/stations")),
  station: once(() => import("#features/station")),
  sessions: once(() => import("#features/sessions")),
  session: once(() => import("#features/session")),
} satisfies Record<PageFeature, unknown>;

/** Loads something once, and has it at hand from then on; a failure is forgotten, so that the next try is one. */
function once<Module>(load: () => Promise<Module>) {
  let loading: Promise<Module> | undefined;
  const it = {
    loaded: undefined as Module | undefined,
    async load(): Promise<Module> {
      loading ??= load();
      try {
        it.loaded = await loading;
        return it.loaded;
      } catch (error) {
        loading = undefined;
        throw error;
      }
    },
  };
  return it;
}

type Feature<Module> = ReturnType<typeof once<Module>>;

interface PageOf<Module, Props> {
  readonly feature: Feature<Module>;
  readonly choose: (of: Module) => ComponentType<Props>;
  readonly Lazy: ComponentType<Props>;
}

function pageOf<Module, Props extends object>(feature: Feature<Module>, choose: (of: Module) => ComponentType<Props>) {
  const Lazy = lazy(async () => ({ default: choose(await feature.load()) })) as ComponentType<Props>;
  return { feature, choose, Lazy } satisfies PageOf<Module, Props>;
}
const mapPage = pageOf(features.map, (map) => map.MapPage);
const stationsPage = pageOf(features.stations, (stations) => stations.StationsPage);
const stationPage = pageOf(features.station, (station) => station.StationPage);
const sessionsPage = pageOf(features.sessions, (sessions) => sessions.SessionsPage);
const payPage = pageOf(features.session, (session) => session.PayPage);
const sessionPage = pageOf(features.session, (session) => session.SessionPage);

/** A page that is at hand is shown at once: React would show its fallback first, and then for a third of a second at least. */
function Show<Module, Props extends object>({ page, ...props }: { page: PageOf<Module, Props> } & Props) {
  const Page = useMemo(
    () => (page.feature.loaded === undefined ? page.Lazy : page.choose(page.feature.loaded)),
    [page],
  );
  return <Page {...(props as unknown as Props)} />;
}

/** `/evse/:id` is what the QR code on a charger says: an EVSE id as people read it, or its key. */
export function Routes() {
  return (
    <Switch>
      <Route path="/">
        <Show page={mapPage} />
      </Route>
      <Route path="/stations">
        <Show page={stationsPage} />
      </Route>
      <Route path="/stations/:id">{({ id }) => <Show key={id} page={stationPage} stationId={id} />}</Route>
      <Route path="/evse/:id">{({ id }) => <Show key={id} page={stationPage} evseId={id} />}</Route>
      <Route path="/evse/:id/pay">{({ id }) => <Show key={id} page={payPage} evseId={id} />}</Route>
      <Route path="/sessions">
        <Show page={sessionsPage} />
      </Route>
      <Route path="/sessions/:id">{({ id }) => <Show key={id} page={sessionPage} sessionId={id} />}</Route>
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}

/** Loads the page of an address, before it is shown. One that fails is loaded again when it is. */
export async function preloadPage(path: string): Promise<void> {
  const page = pageAt(path);
  if (page !== undefined) await features[featureOf(page)].load().catch(() => {});
}
