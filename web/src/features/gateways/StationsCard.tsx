import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { placesQuery } from '@/api/masters';
import type { Gateway, GatewayState, Wiring } from '@/api/types';
import { Card } from '@/components/Card';
import { ModeBadge } from '@/components/ModeBadge';
import { ProblemNotice } from '@/components/Notice';
import { Undo } from '@/components/Undo';
import { useFigures } from '@/components/useFigures';
import { statesQuery, wiringsQuery } from '@/features/gateways/queries';
import { useUnwiring } from '@/features/gateways/useUnwiring';
import { plainOf } from '@/features/gateways/wiring';
import classes from '@/features/gateways/StationsCard.module.css';

type Report = NonNullable<Gateway['reported']>['stations'][number];

/** The stations that the gateway serves: how each is, what it runs, and what it is wired to. */
export function StationsCard({ gateway, mayWire }: { gateway: Gateway; mayWire: boolean }) {
  const { t } = useTranslation();
  const wirings = useQuery(wiringsQuery(gateway.id));
  const states = useQuery(statesQuery(gateway.id));
  const places = useQuery(placesQuery);
  const unwiring = useUnwiring(gateway.id);
  const { removed } = unwiring;
  const reports = gateway.reported?.stations ?? [];
  const wired = wirings.data?.items ?? [];
  const noLonger = reports.filter((report) => wired.every(({ station }) => station !== report.station));
  const running = (station: string) => states.data?.active?.stations.find((each) => each.station === station);
  const nameOf = (station: string) =>
    places.data?.items.find(({ id }) => id === station)?.name ?? running(station)?.name ?? t('gateways.unseen_station');
  return (
    <Card
      title={t('gateways.stations.title')}
      {...(wirings.isSuccess && wired.length === 0 ? { what: t(mayWire ? 'gateways.stations.none' : 'gateways.stations.none_yet') } : {})}
      action={
        mayWire && (
          <Button
            variant={wired.length === 0 ? 'filled' : 'default'}
            renderRoot={(props) => <Link to="/gateways/$id/wire" params={{ id: gateway.id }} {...props} />}
          >
            {t('gateways.stations.wire')}
          </Button>
        )
      }
    >
      {wirings.error !== null && <ProblemNotice error={wirings.error} onRetry={() => void wirings.refetch()} />}
      {(wired.length > 0 || noLonger.length > 0) && (
        <ul className={classes.stations}>
          {wired.map((wiring) => (
            <Station
              key={wiring.station}
              gateway={gateway}
              station={wiring.station}
              name={nameOf(wiring.station)}
              wiring={wiring}
              report={reports.find(({ station }) => station === wiring.station)}
              runs={running(wiring.station)}
              pending={unwiring.removing?.station === wiring.station}
              {...(mayWire ? { onUnwire: () => unwiring.remove(wiring) } : {})}
            />
          ))}
          {wirings.isSuccess &&
            noLonger.map((report) => (
              <Station
                key={report.station}
                gateway={gateway}
                station={report.station}
                name={nameOf(report.station)}
                wiring={null}
                report={report}
                runs={running(report.station)}
              />
            ))}
        </ul>
      )}
      {unwiring.error !== null && <ProblemNotice error={unwiring.error} />}
      {removed !== undefined && (
        <Undo
          key={removed.station}
          said={t('gateways.stations.unwired', { name: nameOf(removed.station) })}
          pending={unwiring.isBackPending}
          onUndo={() => unwiring.putBack(removed)}
        />
      )}
    </Card>
  );
}

interface StationProps {
  gateway: Gateway;
  station: string;
  name: string;
  wiring: Wiring | null;
  report: Report | undefined;
  runs: GatewayState['stations'][number] | undefined;
  pending?: boolean;
  /** Of who may. */
  onUnwire?: () => void;
}

function Station({ gateway, station, name, wiring, report, runs, pending = false, onUnwire }: StationProps) {
  const { t } = useTranslation();
  const figures = useFigures();
  const old = gateway.status !== 'online';
  const waiting = report?.events_waiting ?? 0;
  return (
    <li className={classes.station}>
      <div className={classes.name}>
        <Link to="/stations/$id" params={{ id: station }}>
          {name}
        </Link>
        <small>{wiring === null ? t('gateways.stations.no_longer') : <WiredTo wiring={wiring} />}</small>
      </div>
      <div className={classes.state} data-state={old ? 'old' : (report?.state ?? 'none')}>
        <b>{report === undefined ? t('gateways.stations.not_yet') : t(`gateways.station_state.${stateOf(report.state)}`)}</b>
        {report !== undefined && old && <small>{t('gateways.facts.old')}</small>}
        {report !== undefined && report.detail !== '' && <small>{report.detail}</small>}
        {waiting > 0 && <small>{t('gateways.events', { count: waiting, shown: figures.count(waiting) })}</small>}
      </div>
      <div>{report !== undefined && <ModeBadge mode={report.mode} />}</div>
      <ul className={classes.recipes}>
        {runs?.recipes.map((recipe) => (
          <li key={recipe.recipe}>
            {recipe.part_number === '*' ? t('gateways.every_part') : recipe.part_number}
            <small>{t('gateways.recipe', { model: recipe.model ?? recipe.package.slice(0, 12), revision: recipe.revision })}</small>
          </li>
        ))}
        {runs?.recipes.length === 0 && <li className={classes.none}>{t('gateways.no_recipe')}</li>}
      </ul>
      {onUnwire !== undefined && (
        <StationActions gateway={gateway} station={station} name={name} pending={pending} onUnwire={onUnwire} />
      )}
    </li>
  );
}

function stateOf(word: string): 'running' | 'degraded' | 'down' | 'starting' {
  return word === 'running' || word === 'degraded' || word === 'down' ? word : 'starting';
}

function WiredTo({ wiring }: { wiring: Wiring }) {
  const plain = plainOf(wiring);
  return <>{plain === null ? `${wiring.camera.driver} · ${wiring.trigger.driver}` : `${plain.camera} · ${plain.plc}`}</>;
}

interface ActionsProps {
  gateway: Gateway;
  station: string;
  name: string;
  pending: boolean;
  onUnwire: () => void;
}

function StationActions({ gateway, station, name, pending, onUnwire }: ActionsProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.actions}>
      <Button
        variant="default"
        aria-label={t('gateways.stations.change_this', { name })}
        renderRoot={(props) => <Link to="/gateways/$id/wire" params={{ id: gateway.id }} search={{ station }} {...props} />}
      >
        {t('gateways.stations.change')}
      </Button>
      <Button
        variant="subtle"
        aria-label={t('gateways.stations.unwire_this', { name })}
        loading={pending}
        onClick={onUnwire}
      >
        {t('gateways.stations.unwire')}
      </Button>
    </div>
  );
}
