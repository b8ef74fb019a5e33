import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStreamEvents } from '@/api/stream';
import type { InspectionItem } from '@/api/types';
import { Loading } from '@/components/Loading';
import { LogoMark } from '@/components/Logo';
import { EmptyPage, ProblemNotice } from '@/components/Notice';
import { PageHead } from '@/components/PageHead';
import { useFigures } from '@/components/useFigures';
import type { StreamEvent } from '@/lib/sse';
import { useThrottled } from '@/lib/useThrottled';
import { Filters } from '@/features/inspections/Filters';
import { PartTable, type PartTableHandle } from '@/features/inspections/PartTable';
import { countsQuery, inspectionsQuery, newerQuery, readAnew, replaceInLists } from '@/features/inspections/queries';
import { exportAddress, isFiltered, type InspectionSearch } from '@/features/inspections/search';
import classes from '@/features/inspections/InspectionsPage.module.css';

const route = getRouteApi('/signed-in/inspections');
const ASKED_EVERY_MS = 2_000;

/** Rows change where they stand; parts that are new are counted, and shown when the person wants them. */
function useNewParts(search: InspectionSearch, newest: InspectionItem | undefined): number {
  const queries = useQueryClient();
  const atMost = useThrottled(ASKED_EVERY_MS);
  const newer = newerQuery(search, newest?.triggered_at);
  const { data } = useQuery(newer);
  const onEvent = useCallback(
    ({ event, data: body }: StreamEvent) => {
      if (event === 'inspection') replaceInLists(queries, JSON.parse(body) as InspectionItem);
      if (event === 'reset') readAnew(queries);
      if (event !== 'inspection' && event !== 'reset') return;
      atMost(() => {
        void queries.invalidateQueries({ queryKey: ['inspections', 'newer'] });
        void queries.invalidateQueries({ queryKey: ['inspections', 'counts'] });
      });
    },
    [queries, atMost],
  );
  useStreamEvents(onEvent);
  return data === undefined ? 0 : Math.max(0, data.parts - 1);
}

/** Every part, newest first, by what the address says. */
export function InspectionsPage() {
  const { t, i18n } = useTranslation();
  const figures = useFigures();
  const queries = useQueryClient();
  const search = route.useSearch();
  const table = useRef<PartTableHandle>(null);
  const list = useInfiniteQuery(inspectionsQuery(search));
  const { data: counts } = useQuery(countsQuery(search));
  const pages = list.data?.pages ?? [];
  const newest = pages[0]?.items[0];
  const newParts = useNewParts(search, newest);
  const router = useRouter();
  useEffect(() => {
    // The page of a part, so that the first one opens as fast as the others.
    void router.loadRouteChunk(router.routesByPath['/inspections/$id']);
  }, [router]);
  const { fetchNextPage, hasNextPage, isFetching } = list;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const opened = ['inspections', 'opened', search];
  const restart = () => {
    queries.removeQueries({ queryKey: opened });
    void queries.resetQueries({ queryKey: ['inspections', 'list', search] });
    void queries.invalidateQueries({ queryKey: ['inspections', 'counts'] });
  };
  return (
    <div className={classes.page}>
      <PageHead
        title={t('inspections.title')}
        beside={
          <p role="status">
            {counts !== undefined && t('inspections.total', { count: counts.parts, parts: figures.count(counts.parts) })}
          </p>
        }
      >
        {newParts > 0 && (
          <Button variant="default" onClick={restart}>
            {t('inspections.new', { count: newParts, parts: figures.count(newParts) })}
          </Button>
        )}
        <Button variant="default" renderRoot={(props) => <a href={exportAddress(search, i18n.language)} download {...props} />}>
          {t('inspections.export')}
        </Button>
      </PageHead>
      <Filters onLeave={() => table.current?.enter()} />
      {list.error !== null && <ProblemNotice error={list.error} list="/inspections" onRetry={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {list.isSuccess && newest === undefined && <NoParts filtered={isFiltered(search)} />}
      {newest !== undefined && (
        <PartTable
          key={JSON.stringify(search) + newest.id}
          ref={table}
          pages={pages}
          total={counts?.parts}
          search={search}
          start={queries.getQueryData<number>(opened) ?? 0}
          onOpen={(index) => queries.setQueryData(opened, index)}
          onNearEnd={loadMore}
        />
      )}
    </div>
  );
}

function NoParts({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  return (
    <EmptyPage
      drawing={<LogoMark size={72} />}
      title={filtered ? t('inspections.none_match') : t('inspections.empty')}
    >
      <p>{filtered ? t('inspections.none_match_what') : t('inspections.empty_what')}</p>
      {filtered ? (
        <Button variant="default" renderRoot={(props) => <Link to="/inspections" {...props} />}>
          {t('inspections.clear')}
        </Button>
      ) : (
        <p>{t('inspections.empty_next')}</p>
      )}
    </EmptyPage>
  );
}
