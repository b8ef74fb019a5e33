import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LogoMark } from '@/components/Logo';
import { EmptyPage, ProblemNotice } from '@/components/Notice';
import { Filters } from '@/features/inspections/Filters';
import { InspectionRow } from '@/features/inspections/InspectionRow';
import { inspectionsQuery } from '@/features/inspections/queries';
import { isFiltered } from '@/features/inspections/search';
import classes from '@/features/inspections/InspectionsPage.module.css';

const route = getRouteApi('/signed-in/inspections');

/** Every part, newest first, by what the address says. */
export function InspectionsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const list = useInfiniteQuery(inspectionsQuery(search));
  const parts = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <h1>{t('inspections.title')}</h1>
        <Button variant="default" onClick={() => void list.refetch()} loading={list.isRefetching}>
          {t('action.refresh')}
        </Button>
      </div>
      <Filters />
      {list.error !== null && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && parts.length === 0 && (
        <EmptyPage
          drawing={<LogoMark size={72} />}
          title={isFiltered(search) ? t('inspections.none_match') : t('inspections.empty')}
        >
          {isFiltered(search) ? (
            <Button variant="default" renderRoot={(props) => <Link to="/inspections" {...props} />}>
              {t('inspections.clear')}
            </Button>
          ) : (
            <p>{t('inspections.empty_what')}</p>
          )}
        </EmptyPage>
      )}
      {parts.length > 0 && (
        <div className={classes.table} role="table" aria-label={t('inspections.title')}>
          <div className={classes.header} role="row">
            {(['picture', 'verdict', 'part', 'station', 'time', 'score', 'output'] as const).map((column) => (
              <span key={column} role="columnheader" data-column={column}>
                {t(`inspections.column.${column}`)}
              </span>
            ))}
          </div>
          {parts.map((part) => (
            <InspectionRow key={part.id} part={part} />
          ))}
        </div>
      )}
      {list.hasNextPage && (
        <Button
          variant="default"
          className={classes.more ?? ''}
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('inspections.older')}
        </Button>
      )}
    </div>
  );
}
