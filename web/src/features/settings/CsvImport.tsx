import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type ChangeEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportResult } from '@/api/types';
import { Buttons } from '@/components/Form';
import { ProblemNotice } from '@/components/Notice';
import { useFigures } from '@/components/useFigures';
import { ImportRows } from '@/features/settings/ImportRows';
import { Invitations } from '@/features/settings/Invitations';
import type { MasterTable } from '@/features/settings/tables';
import classes from '@/features/settings/CsvImport.module.css';

interface Props {
  table: MasterTable;
  onImported: () => void;
  onClose: () => void;
}

/** Choose a file, look at what each of its rows would change, and have all of it done. */
export function CsvImport({ table, onImported, onClose }: Props) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File>();
  const look = useMutation({ mutationFn: (chosen: File) => table.send(chosen, { dry_run: true }) });
  const apply = useMutation({
    mutationFn: ({ chosen, plan }: { chosen: File; plan: string }) => table.send(chosen, { plan }),
    onSuccess: onImported,
  });
  const choose = (chosen: File) => {
    setFile(chosen);
    apply.reset();
    look.mutate(chosen);
  };
  const preview = look.data;
  const done = apply.data;
  const close = (
    <Button variant="default" onClick={onClose}>
      {t(done === undefined ? 'action.cancel' : 'import.close')}
    </Button>
  );
  return (
    <div className={classes.import}>
      <h2 id="import-title">{t(`import.${table.key}.title`)}</h2>
      {done === undefined && <p className={classes.what}>{t(`import.${table.key}.what`)}</p>}
      {done === undefined && preview === undefined && (
        <p className={classes.columns}>
          {t('import.columns')}{' '}
          {table.columns.map((column) => (
            <code key={column}>{column}</code>
          ))}
        </p>
      )}
      {look.error !== null && <ProblemNotice error={look.error} />}
      {apply.error !== null && <ProblemNotice error={apply.error} />}
      {done === undefined && preview !== undefined && <ImportRows key={preview.plan} preview={preview} />}
      {done !== undefined && <Done result={done} close={close} />}
      {done === undefined && (
        <Buttons>
          <FileButton chosen={file !== undefined} busy={look.isPending} primary={preview === undefined} onFile={choose} />
          {file !== undefined && preview !== undefined && (
            <Button
              disabled={preview.counts.wrong > 0 || preview.counts.new + preview.counts.changed === 0}
              loading={apply.isPending}
              onClick={() => apply.mutate({ chosen: file, plan: preview.plan })}
            >
              {t('import.apply', { count: preview.counts.new + preview.counts.changed })}
            </Button>
          )}
          {close}
        </Buttons>
      )}
    </div>
  );
}

interface FileButtonProps {
  chosen: boolean;
  busy: boolean;
  primary: boolean;
  onFile: (file: File) => void;
}

function FileButton({ chosen, busy, primary, onFile }: FileButtonProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.currentTarget.files ?? [];
    if (file !== undefined) onFile(file);
    // The same file, corrected and saved again, is a new choice.
    event.currentTarget.value = '';
  };
  return (
    <>
      <input ref={input} type="file" accept=".csv,text/csv" hidden aria-label={t('import.file')} onChange={take} />
      <Button variant={primary ? 'filled' : 'default'} loading={busy} onClick={() => input.current?.click()}>
        {t(chosen ? 'import.choose_again' : 'import.choose')}
      </Button>
    </>
  );
}

function Done({ result, close }: { result: ImportResult; close: ReactNode }) {
  const { t } = useTranslation();
  const figures = useFigures();
  return (
    <>
      <p className={classes.done} role="status">
        {t('import.done', { new: figures.count(result.counts.new), changed: figures.count(result.counts.changed) })}
      </p>
      {result.invitations !== undefined && result.invitations.length > 0 ? (
        <Invitations invitations={result.invitations} beside={close} />
      ) : (
        <Buttons>{close}</Buttons>
      )}
    </>
  );
}
