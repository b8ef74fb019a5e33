import { TextInput } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import {
  driverFrom,
  ROLES,
  type DriverRole,
  type DriverText,
  type Mistake,
  type PlainWiring,
} from '@/features/gateways/wiring';
import classes from '@/features/gateways/WiringFields.module.css';

interface PlainProps {
  plain: PlainWiring;
  mistakes: Partial<Record<keyof PlainWiring, Mistake>>;
  onChange: (plain: PlainWiring) => void;
}

export function PlainFields({ plain, mistakes, onChange }: PlainProps) {
  const { t } = useTranslation();
  const field = (name: keyof PlainWiring) => ({
    value: plain[name],
    label: t(`gateways.wiring.${name}`),
    description: t(`gateways.wiring.${name}_what`),
    error: mistakes[name] === undefined ? null : t(`gateways.wiring.mistake.${mistakes[name]}`),
    spellCheck: false,
    onChange: (event: { currentTarget: { value: string } }) => onChange({ ...plain, [name]: event.currentTarget.value }),
  });
  return (
    <>
      <TextInput {...field('camera')} inputMode="url" />
      <TextInput {...field('plc')} inputMode="url" />
      <TextInput {...field('node')} />
    </>
  );
}

interface DriverProps {
  texts: Record<DriverRole, DriverText>;
  checked: boolean;
  onChange: (texts: Record<DriverRole, DriverText>) => void;
}

export function DriverFields({ texts, checked, onChange }: DriverProps) {
  return ROLES.map((role) => (
    <OneDriver
      key={role}
      role={role}
      text={texts[role]}
      checked={checked}
      onChange={(text) => onChange({ ...texts, [role]: text })}
    />
  ));
}

interface OneProps {
  role: DriverRole;
  text: DriverText;
  checked: boolean;
  onChange: (text: DriverText) => void;
}

function OneDriver({ role, text, checked, onChange }: OneProps) {
  const { t } = useTranslation();
  const id = useId();
  const read = driverFrom(text);
  const mistake = checked && typeof read === 'string' ? read : undefined;
  return (
    <fieldset className={classes.driver}>
      <legend>{t(`gateways.wiring.role.${role}`)}</legend>
      <TextInput
        label={t('gateways.wiring.driver')}
        value={text.driver}
        error={mistake === 'driver' ? t('gateways.wiring.mistake.driver') : null}
        spellCheck={false}
        onChange={(event) => onChange({ ...text, driver: event.currentTarget.value })}
      />
      <div className={classes.settings}>
        <label htmlFor={id}>{t('gateways.wiring.settings')}</label>
        <textarea
          id={id}
          rows={3}
          spellCheck={false}
          value={text.settings}
          aria-invalid={mistake === 'setting'}
          aria-describedby={mistake === 'setting' ? `${id}-mistake` : undefined}
          onChange={(event) => onChange({ ...text, settings: event.currentTarget.value })}
        />
        {mistake === 'setting' && (
          <p id={`${id}-mistake`} className={classes.mistake}>
            {t('gateways.wiring.mistake.setting')}
          </p>
        )}
      </div>
    </fieldset>
  );
}
