import { Button, NativeSelect } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '@/api/client';
import { placesQuery } from '@/api/masters';
import type { Gateway, Place, Wiring } from '@/api/types';
import { EditProblem } from '@/components/EditProblem';
import { Form } from '@/components/Form';
import { placeChoices } from '@/components/places';
import { useEdit } from '@/components/useEdit';
import { DriverFields, PlainFields } from '@/features/gateways/WiringFields';
import { GATEWAYS, gatewaysQuery } from '@/features/gateways/queries';
import {
  driverFrom,
  driversOf,
  NEW_WIRING,
  plainMistakes,
  plainOf,
  ROLES,
  textOf,
  type Drivers,
  type DriverRole,
  type DriverText,
} from '@/features/gateways/wiring';

interface Props {
  gateway: Gateway;
  /** The wiring that is changed; undefined: of a station that this gateway does not serve yet. */
  known: Wiring | undefined;
  /** What to begin with. */
  like: Wiring | undefined;
  onReload: () => void;
}

type Texts = Record<DriverRole, DriverText>;

const textsOf = (drivers: Drivers): Texts => ({
  camera: textOf(drivers.camera),
  trigger: textOf(drivers.trigger),
  signals: textOf(drivers.signals),
  output: textOf(drivers.output),
});

/** Plain fields for what most stations have, and every driver by itself for the others. */
export function WiringForm({ gateway, known, like, onReload }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const places = useQuery(placesQuery);
  const stations = stationsOf(places.data?.items ?? [], gateway.site);
  const [chosen, setChosen] = useState(known?.station);
  const station = chosen ?? stations.find(({ id }) => !gateway.stations.includes(id))?.id ?? stations[0]?.id;
  const begun = like === undefined ? NEW_WIRING : plainOf(like);
  const [plain, setPlain] = useState(begun ?? NEW_WIRING);
  const [texts, setTexts] = useState<Texts | null>(begun === null && like !== undefined ? textsOf(like) : null);
  const [checked, setChecked] = useState(false);
  const mistakes = plainMistakes(plain);
  const wanted = texts === null ? (Object.keys(mistakes).length === 0 ? driversOf(plain) : null) : readAll(texts);
  const wire = useEdit({
    path: `/api/gateways/${gateway.id}/stations/${known?.station ?? ''}`,
    send: ({ to, body }: { to: string; body: Drivers }, header) =>
      client.PUT('/api/gateways/{gateway}/stations/{station}', {
        params: { path: { gateway: gateway.id, station: to }, header },
        body,
      }),
    onSaved: async () => {
      await queries.invalidateQueries({ queryKey: [GATEWAYS] });
      await navigate({ to: '/gateways/$id', params: { id: gateway.id } });
    },
  });
  // Somebody else was the first to wire a station that this form was to wire.
  const open = () =>
    void navigate({ to: '/gateways/$id/wire', params: { id: gateway.id }, search: station === undefined ? {} : { station } });
  const submit = () => {
    setChecked(true);
    if (station !== undefined && wanted !== null) wire.save({ to: station, body: wanted });
  };
  if (places.isSuccess && stations.length === 0) return <p>{t('gateways.wiring.no_station')}</p>;
  return (
    <Form
      noValidate
      pending={wire.isPending}
      disabled={station === undefined}
      onSubmit={submit}
      onCancel={() => void navigate({ to: '/gateways/$id', params: { id: gateway.id } })}
      beside={
        texts === null && (
          <Button variant="subtle" onClick={() => setTexts(textsOf(driversOf(plain)))}>
            {t('gateways.wiring.every_driver')}
          </Button>
        )
      }
    >
      <NativeSelect
        label={t('gateways.wiring.station')}
        value={station ?? ''}
        disabled={known !== undefined}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={stations.map((each) => ({ value: each.id, label: each.path }))}
      />
      {station !== undefined && <ServedNow station={station} gateway={gateway} />}
      {texts === null ? (
        <PlainFields plain={plain} mistakes={checked ? mistakes : {}} onChange={setPlain} />
      ) : (
        <DriverFields texts={texts} checked={checked} onChange={setTexts} />
      )}
      <EditProblem edit={wire} onReload={known === undefined ? open : onReload} />
    </Form>
  );
}

function readAll(texts: Texts): Drivers | null {
  const read = ROLES.map((role) => [role, driverFrom(texts[role])] as const);
  return read.some(([, driver]) => typeof driver === 'string') ? null : (Object.fromEntries(read) as Drivers);
}

/** The stations below a site, by the way to them. */
function stationsOf(places: readonly Place[], site: string) {
  const byId = new Map(places.map((place) => [place.id, place]));
  const isBelow = (place: Place): boolean => {
    if (place.id === site) return true;
    const above = place.parent === null ? undefined : byId.get(place.parent);
    return above !== undefined && isBelow(above);
  };
  const here = new Set(places.filter((place) => place.kind === 'station' && isBelow(place)).map(({ id }) => id));
  return placeChoices(places).filter(({ id }) => here.has(id));
}

/** A station has one gateway: to wire it here takes it from where it is now. */
function ServedNow({ station, gateway }: { station: string; gateway: Gateway }) {
  const { t } = useTranslation();
  const list = useQuery(gatewaysQuery);
  const other = list.data?.items.find(({ id, stations }) => id !== gateway.id && stations.includes(station));
  if (other === undefined) return null;
  return <p role="status">{t('gateways.wiring.served', { name: other.name })}</p>;
}
