import { Button } from '@mantine/core';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/Dialog';
import classes from '@/components/AskFirst.module.css';

interface Asked {
  /** What the button says, and the one that does it. */
  action: string;
  /** The question, with the name of what it is about. */
  question: string;
  /** What comes of it. */
  what: string;
  onYes: () => void;
}

interface Props extends Asked {
  /** For those who hear the page, where several buttons say the same. */
  label?: string;
  pending: boolean;
}

/** A button for what cannot be taken back: it says what will come of it, and does it when it is said again. */
export function AskFirst({ label, pending, ...asked }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="default"
        loading={pending}
        {...(label === undefined ? {} : { 'aria-label': label })}
        onClick={() => setOpen(true)}
      >
        {asked.action}
      </Button>
      {open && <Question {...asked} onClose={() => setOpen(false)} />}
    </>
  );
}

function Question({ action, question, what, onYes, onClose }: Asked & { onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => dialog.current?.close();
  return (
    <Dialog ref={dialog} labelledBy={id} onClose={onClose}>
      <h2 id={id} className={classes.question}>
        {question}
      </h2>
      <p className={classes.what}>{what}</p>
      <div className={classes.buttons}>
        <Button variant="default" onClick={close}>
          {t('action.cancel')}
        </Button>
        <Button
          variant="default"
          className={classes.yes ?? ''}
          onClick={() => {
            close();
            onYes();
          }}
        >
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
