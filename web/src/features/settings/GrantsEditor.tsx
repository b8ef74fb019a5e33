import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { placesQuery } from '@/api/masters';
import type { Grant, Role } from '@/api/types';
import { Buttons } from '@/components/Form';
import { placeChoices } from '@/components/places';
import classes from '@/features/settings/Form.module.css';

const ROLES: readonly Role[] = ['viewer', 'operator', 'quality', 'engineer', 'admin'];

interface Props {
  grants: readonly Grant[];
  onChange: (grants: readonly Grant[]) => void;
}

/** Which role where. A role holds for its place and all below it. */
export function GrantsEditor({ grants, onChange }: Props) {
  const { t } = useTranslation();
  const places = useQuery(placesQuery);
  const choices = placeChoices(places.data?.items ?? []);
  const set = (at: number, grant: Grant) => onChange(grants.map((one, index) => (index === at ? grant : one)));
  return (
    <fieldset className={classes.grants}>
      <legend>{t('users.roles')}</legend>
      {grants.map((grant, at) => (
        <div key={at} className={classes.grant}>
          <NativeSelect
            aria-label={t('users.role')}
            value={grant.role}
            onChange={(event) => set(at, { ...grant, role: event.currentTarget.value as Role })}
            data={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
          />
          <NativeSelect
            aria-label={t('users.place')}
            value={grant.place ?? ''}
            onChange={(event) => set(at, { ...grant, place: event.currentTarget.value || null })}
            data={[
              { value: '', label: t('users.enterprise') },
              ...choices.map((choice) => ({ value: choice.id, label: choice.path })),
            ]}
          />
          <Button variant="default" onClick={() => onChange(grants.filter((_, index) => index !== at))}>
            {t('users.remove_role')}
          </Button>
        </div>
      ))}
      <Buttons>
        <Button variant="default" onClick={() => onChange([...grants, { role: 'viewer', place: null }])}>
          {t('users.add_role')}
        </Button>
      </Buttons>
    </fieldset>
  );
}
