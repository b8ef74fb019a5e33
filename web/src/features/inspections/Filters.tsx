import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Mode } from '@/api/types';
import { VERDICT_ICON, VERDICTS } from '@/components/verdicts';
import { stationNamesQuery } from '@/features/inspections/queries';
import { isFiltered, MODES, type InspectionSearch } from '@/features/inspections/search';
import classes from '@/features/inspections/Filters.module.css';

const route = getRouteApi('/signed-in/inspections');

function without(search: InspectionSearch, key: keyof InspectionSearch): InspectionSearch {
  const { [key]: _dropped, ...rest } = search;
  return rest;
}

/** The filters are links: the address says what is shown. The one that is chosen leads to where we are. */
export function Filters() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const stations = useQuery(stationNamesQuery);
  const choose = (key: 'station' | 'mode', value: string) =>
    void navigate({ search: value === '' ? without(search, key) : { ...search, [key]: value as Mode } });
  return (
    <div className={classes.filters}>
      <nav className={classes.chips} aria-label={t('inspections.by_verdict')}>
        <Link
          to="/inspections"
          search={without(search, 'verdict')}
          className={classes.chip}
          data-chosen={search.verdict === undefined || undefined}
          activeOptions={{ exact: true }}
        >
          {t('inspections.any')}
        </Link>
        {VERDICTS.map((verdict) => {
          const Icon = VERDICT_ICON[verdict];
          const chosen = search.verdict === verdict;
          return (
            <Link
              key={verdict}
              to="/inspections"
              search={{ ...search, verdict }}
              className={classes.chip}
              data-chosen={chosen || undefined}
              activeOptions={{ exact: true }}
            >
              <Icon /> {t(`verdict.${verdict}`)}
            </Link>
          );
        })}
      </nav>
      <NativeSelect
        aria-label={t('inspections.station')}
        size="md"
        value={search.station ?? ''}
        onChange={(event) => choose('station', event.currentTarget.value)}
        data={[
          { value: '', label: t('inspections.every_station') },
          ...(stations.data ?? []).map((station) => ({ value: station.id, label: station.name })),
        ]}
      />
      <NativeSelect
        aria-label={t('live.mode')}
        size="md"
        value={search.mode ?? ''}
        onChange={(event) => choose('mode', event.currentTarget.value)}
        data={[
          { value: '', label: t('inspections.every_mode') },
          ...MODES.map((mode) => ({ value: mode, label: t(`mode.${mode}`) })),
        ]}
      />
      {isFiltered(search) && (
        <Link to="/inspections" className={classes.clear}>
          {t('inspections.clear')}
        </Link>
      )}
    </div>
  );
}
