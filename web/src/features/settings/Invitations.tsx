import { Button } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Invitation } from '@/api/types';
import { Buttons } from '@/components/Form';
import { useClockface } from '@/components/useClockface';
import { dateAndTime } from '@/lib/time';
import { csvLines, separatorOf } from '@/lib/csv';
import classes from '@/features/settings/CsvImport.module.css';

interface Props {
  invitations: readonly Invitation[];
  /** Beside the button that saves them. */
  beside: ReactNode;
}

/** The links with which new users choose their passwords: shown once, to be handed over. */
export function Invitations({ invitations, beside }: Props) {
  const { t, i18n } = useTranslation();
  const face = useClockface();
  const link = (one: Invitation) => `${globalThis.location.origin}${one.path}`;
  const file = useFile(csvLines([['name', 'link'], ...invitations.map((one) => [one.name, link(one)])], separatorOf(i18n.language)));
  return (
    <>
      <p className={classes.what}>{t('import.invited', { until: dateAndTime(face, invitations[0]?.expires_at ?? '') })}</p>
      <div className={classes.rows} tabIndex={0} role="region" aria-label={t('import.invitations')}>
        <table className={classes.table}>
          <tbody>
            {invitations.map((one) => (
              <tr key={one.name}>
                <th scope="row">{one.name}</th>
                <td>
                  <code className={classes.link}>{link(one)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Buttons>
        <Button component="a" variant="default" href={file} download="invitations.csv">
          {t('import.save_links')}
        </Button>
        {beside}
      </Buttons>
    </>
  );
}

/** An address of a file with this text, for as long as it is shown. */
function useFile(text: string): string {
  const [address] = useState(() => URL.createObjectURL(new Blob([text], { type: 'text/csv' })));
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  return address;
}
