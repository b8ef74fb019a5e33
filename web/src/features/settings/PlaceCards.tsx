import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '@/api/client';
import type { Place } from '@/api/types';
import { AskFirst } from '@/components/AskFirst';
import { EditProblem } from '@/components/EditProblem';
import { Buttons, EditForm } from '@/components/Form';
import { ProblemNotice } from '@/components/Notice';
import { useEdit } from '@/components/useEdit';
import { useFigures } from '@/components/useFigures';
import { useMay } from '@/components/useMay';
import { useReopening } from '@/components/useReopening';
import { Card } from '@/components/Card';
import { NewPlace } from '@/features/settings/NewPlace';
import { kindsBelow, newHomes, placeChoices } from '@/components/places';
import { placeQuery } from '@/features/settings/queries';
import { ZoneField } from '@/features/settings/ZoneField';
import { TARGETS } from '@/lib/targets';

interface Props {
  place: Place;
  places: readonly Place[];
}

/** What one place is, what is added below it, and its end. */
export function PlaceCards({ id, places }: { id: string; places: readonly Place[] }) {
  const { t } = useTranslation();
  const found = useQuery(placeQuery(id));
  const may = useMay();
  const { opened, reopen } = useReopening(['places']);
  // A read behind an open form that fails takes nothing from who is writing.
  if (found.error !== null && found.data === undefined) {
    return <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />;
  }
  if (found.data === undefined) return null;
  const place = found.data;
  const mayChange = may.at('configure', place.id);
  return (
    <>
      <Edit key={opened} place={place} places={places} mayChange={mayChange} onReload={reopen} />
      {mayChange && kindsBelow(place.kind).length > 0 && (
        <Card title={t('places.add_below')} what={t('places.add_below_what', { name: place.name })}>
          <NewPlace parent={place} />
        </Card>
      )}
      {mayChange && <Removal place={place} onReload={reopen} />}
    </>
  );
}

interface Change {
  name?: string;
  parent?: string | null;
  timezone?: string;
  oee_target?: number | null;
}

function Edit({ place, places, mayChange, onReload }: Props & { mayChange: boolean; onReload: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const queries = useQueryClient();
  const [name, setName] = useState(place.name);
  const [parent, setParent] = useState(place.parent);
  const [zone, setZone] = useState(place.timezone ?? '');
  const [target, setTarget] = useState(place.oee_target);
  const change = useEdit({
    path: `/api/places/${place.id}`,
    send: (body: Change, header) =>
      client.PATCH('/api/places/{place}', { params: { path: { place: place.id }, header }, body }),
    // Names and zones of places stand on every page.
    onSaved: () => queries.invalidateQueries(),
  });
  const save = () =>
    change.save({
      name,
      oee_target: target,
      ...(parent === place.parent ? {} : { parent }),
      ...(place.kind === 'site' ? { timezone: zone } : {}),
    });
  const homes = newHomes(places, place).filter(({ id }) => id === place.parent || may.at('configure', id));
  const paths = new Map(placeChoices(places).map((choice) => [choice.id, choice.path]));
  return (
    <Card title={place.name} what={`${t(`places.kind.${place.kind}`)} · ${paths.get(place.id) ?? place.name}`}>
      <EditForm
        edit={change}
        saved={t('places.saved')}
        locked={mayChange ? undefined : t('places.only_seen')}
        onSubmit={save}
        onReload={onReload}
      >
        <TextInput
          label={t('places.name')}
          required
          withAsterisk={false}
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {place.kind === 'site' && (
          <>
            <ZoneField value={zone} onChange={setZone} />
            {zone !== place.timezone && <p>{t('places.zone_consequence')}</p>}
          </>
        )}
        {homes.length > 0 && place.parent !== null && (
          <NativeSelect
            label={t('places.under')}
            value={parent ?? ''}
            onChange={(event) => setParent(event.currentTarget.value)}
            data={homes.map((home) => ({ value: home.id, label: paths.get(home.id) ?? home.name }))}
          />
        )}
        <TargetField place={place} places={places} value={target} onChange={setTarget} />
      </EditForm>
    </Card>
  );
}

interface TargetProps extends Props {
  value: number | null;
  onChange: (target: number | null) => void;
}

/** In percent; empty: what holds above, which is told. */
function TargetField({ place, places, value, onChange }: TargetProps) {
  const { t } = useTranslation();
  const figures = useFigures();
  const [text, setText] = useState(value === null ? '' : String(Math.round(value * 10_000) / 100));
  const above = place.target_above;
  const target = figures.percent(above?.value ?? TARGETS.oee);
  const from = places.find(({ id }) => id === above?.place);
  const otherwise =
    above === null
      ? t('places.target_customary', { target })
      : from === undefined
        ? t('places.target_unseen', { target })
        : t('places.target_above', { target, name: from.name });
  return (
    <TextInput
      type="number"
      label={t('places.target')}
      description={value === null ? otherwise : t('places.target_own')}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      min={1}
      max={100}
      step={0.1}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        const percent = event.currentTarget.valueAsNumber;
        onChange(Number.isNaN(percent) ? null : percent / 100);
      }}
    />
  );
}

function Removal({ place, onReload }: { place: Place; onReload: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useEdit({
    path: `/api/places/${place.id}`,
    send: (_: null, header) => client.DELETE('/api/places/{place}', { params: { path: { place: place.id }, header } }),
    onSaved: async () => {
      await navigate({ to: '/settings/places', search: place.parent === null ? {} : { place: place.parent } });
      queries.removeQueries({ queryKey: placeQuery(place.id).queryKey });
      await queries.invalidateQueries();
    },
  });
  return (
    <Card title={t('places.remove')} what={t('places.remove_what')}>
      <EditProblem edit={remove} onReload={onReload} />
      <Buttons>
        <AskFirst
          action={t('places.remove_this', { name: place.name })}
          question={t('places.remove_ask', { name: place.name })}
          what={t('places.remove_means')}
          pending={remove.isPending}
          onYes={() => remove.save(null)}
        />
      </Buttons>
    </Card>
  );
}
