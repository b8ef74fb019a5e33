import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { placesQuery } from '@/api/masters';
import { SILENT_AFTER_MS, useStreamStatus } from '@/api/stream';
import type { Gateway, Place } from '@/api/types';
import { DataTable } from '@/components/DataTable';
import table from '@/components/DataTable.module.css';
import { GatewayIcon } from '@/components/icons';
import { Loading } from '@/components/Loading';
import { EmptyPage, ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { useFigures } from '@/components/useFigures';
import { useMay } from '@/components/useMay';
import { backlog, byUrgency } from '@/features/gateways/health';
import { gatewaysQuery } from '@/features/gateways/queries';
import { RevisionWords } from '@/features/gateways/RevisionWords';
import { StatusMark } from '@/features/gateways/StatusMark';
import { useGatewayUpdates } from '@/features/gateways/useGatewayUpdates';
import { WarningLines } from '@/features/gateways/WarningLines';
import { useNow } from '@/lib/now';
import classes from '@/features/gateways/GatewaysPage.module.css';

/** Every gateway: which one needs somebody, and what each runs. */
export function GatewaysPage() {
  const { t } = useTranslation();
  const list = useQuery(gatewaysQuery);
  const may = useMay();
  const mayAdd = may.everywhere('configure') || may.sites('configure').length > 0;
  useGatewayUpdates();
  if (list.error !== null && list.data === undefined) {
    return <ProblemNotice error={list.error} wholePage onRetry={() => void list.refetch()} />;
  }
  if (list.data === undefined) return <Loading />;
  const add = mayAdd && (
    <Button renderRoot={(props) => <Link to="/gateways/add" {...props} />}>{t('gateways.add')}</Button>
  );
  const gateways = list.data.items;
  if (gateways.length === 0) {
    return (
      <EmptyPage drawing={<GatewayIcon fontSize={88} strokeWidth={1} />} title={t(mayAdd ? 'gateways.empty.title' : 'gateways.empty.none_seen')}>
        <p>{t('gateways.empty.what')}</p>
        <p>{t(mayAdd ? 'gateways.empty.next' : 'gateways.empty.not_yours')}</p>
        {add}
      </EmptyPage>
    );
  }
  return (
    <>
      <PageHead title={t('gateways.title')} beside={<Summary gateways={gateways} />}>
        {add}
      </PageHead>
      <GatewayTable gateways={byUrgency(gateways)} />
    </>
  );
}

function Summary({ gateways }: { gateways: readonly Gateway[] }) {
  const { t } = useTranslation();
  const { heardAt } = useStreamStatus();
  const silent = useNow() - heardAt > SILENT_AFTER_MS;
  if (silent) {
    return (
      <p className={classes.summary} data-silent role="status">
        <b>{t('condition.silent.title')}.</b> {t('gateways.silent')}
      </p>
    );
  }
  const counted = (['offline', 'waiting', 'online', 'revoked'] as const)
    .map((status) => ({ status, count: gateways.filter((gateway) => gateway.status === status).length }))
    .filter(({ count }) => count > 0);
  return (
    <p className={classes.summary}>
      {counted.map(({ status, count }) => t(`gateways.count.${status}`, { count })).join(' · ')}
    </p>
  );
}

const COLUMNS = ['gateway', 'status', 'stations', 'runs', 'waiting'] as const;

function GatewayTable({ gateways }: { gateways: readonly Gateway[] }) {
  const { t } = useTranslation();
  const places = useQuery(placesQuery);
  const names = new Map((places.data?.items ?? []).map((place: Place) => [place.id, place.name]));
  return (
    <DataTable label={t('gateways.title')}>
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <th key={column} scope="col">
              {t(`gateways.column.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {gateways.map((gateway) => (
          <GatewayRow key={gateway.id} gateway={gateway} names={names} />
        ))}
      </tbody>
    </DataTable>
  );
}

function GatewayRow({ gateway, names }: { gateway: Gateway; names: ReadonlyMap<string, string> }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const now = useNow();
  const { reported } = gateway;
  const old = gateway.status === 'offline' || undefined;
  return (
    <tr className={gateway.status === 'revoked' ? table.off : ''}>
      <th scope="row" className={table.nowrap}>
        <Link to="/gateways/$id" params={{ id: gateway.id }}>
          {gateway.name}
        </Link>
        <small>{names.get(gateway.site) ?? ''}</small>
      </th>
      <td>
        <StatusMark gateway={gateway}>
          {gateway.last_seen_at !== null && (
            <small data-old={old}>
              {t('gateways.column.heard')}{' '}
              {t('live.ago', { duration: figures.duration(now - Date.parse(gateway.last_seen_at)) })}
            </small>
          )}
        </StatusMark>
        <WarningLines gateway={gateway} />
      </td>
      <td>
        {gateway.stations.length === 0 ? (
          <span className={classes.none}>{t('gateways.no_station')}</span>
        ) : (
          gateway.stations.map((station) => <div key={station}>{names.get(station) ?? t('gateways.unseen_station')}</div>)
        )}
      </td>
      <td>
        <RevisionWords gateway={gateway} />
        {gateway.software !== '' && <small>{t('gateways.version', { version: gateway.software })}</small>}
      </td>
      <td className={table.nowrap} data-old={old}>
        {reported === null ? (
          '–'
        ) : (
          <>
            <Backlog gateway={gateway} />
            <small>{t('gateways.facts.free', { free: figures.megabytes(reported.disk_free_mb) })}</small>
          </>
        )}
      </td>
    </tr>
  );
}

function Backlog({ gateway }: { gateway: Gateway }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { events, images } = backlog(gateway);
  return (
    <>
      <div>{events === null ? t('gateways.not_told') : t('gateways.events', { count: events, shown: figures.count(events) })}</div>
      {images > 0 && <small>{t('gateways.images', { count: images, shown: figures.count(images) })}</small>}
    </>
  );
}
