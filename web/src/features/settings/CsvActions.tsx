import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/Dialog';
import { CsvImport } from '@/features/settings/CsvImport';
import type { MasterTable } from '@/features/settings/tables';
import { separatorOf } from '@/lib/csv';

/** Out as a file that a spreadsheet opens, and in again. */
export function CsvActions({ table, onImported }: { table: MasterTable; onImported: () => void }) {
  const { t, i18n } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  // Once its content stands in it: the keyboard begins at the first button.
  useEffect(() => {
    if (open) dialog.current?.showModal();
  }, [open]);
  return (
    <>
      <Button component="a" variant="default" href={`${table.exportPath}?separator=${separatorOf(i18n.language)}`} download>
        {t('import.export')}
      </Button>
      <Button
        variant="default"
        onClick={() => setOpen(true)}
      >
        {t('import.import')}
      </Button>
      <Dialog ref={dialog} labelledBy="import-title" wide onClose={() => setOpen(false)}>
        {open && <CsvImport table={table} onImported={onImported} onClose={() => dialog.current?.close()} />}
      </Dialog>
    </>
  );
}
