import { ActionIcon, Button } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/Dialog';
import { Key } from '@/components/Key';
import { useKeys } from '@/features/inspections/useKeys';
import classes from '@/features/inspections/KeyHelp.module.css';

/** What every key of the page does, on `?`. */
export function KeyHelp() {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const open = () => dialog.current?.showModal();
  useKeys({ '?': open });
  const keys: readonly (readonly [string, string])[] = [
    ['G', t('inspection.say', { verdict: t('verdict.good') })],
    ['B', t('inspection.say', { verdict: t('verdict.bad') })],
    ['←', t('inspection.previous')],
    ['→', t('inspection.next')],
    ['Esc', t('inspection.to_list')],
    ['H', t('inspection.toggle_heat')],
    ['R', t('inspection.toggle_regions')],
    ['Z', t('inspection.zoom')],
  ];
  return (
    <>
      <ActionIcon aria-label={t('inspection.keys')} title={`${t('inspection.keys')} (?)`} onClick={open}>
        <Key>?</Key>
      </ActionIcon>
      <Dialog ref={dialog} labelledBy="keys-title">
        <h2 id="keys-title">{t('inspection.keys')}</h2>
        <dl className={classes.keys}>
          {keys.map(([key, does]) => (
            <div key={key}>
              <dt>
                <Key>{key}</Key>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <Button variant="default" onClick={() => dialog.current?.close()}>
          {t('inspection.close')}
        </Button>
      </Dialog>
    </>
  );
}
