import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from '@/components/Undo.module.css';

interface Props {
  /** What was done, with the name of what it was done to. */
  said: string;
  pending: boolean;
  onUndo: () => void;
}

/** What was just done, and the way back, in place of a question beforehand. */
export function Undo({ said, pending, onUndo }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes.undo} role="status">
      <p>{said}</p>
      {/* The button that did it has gone with what it removed: the keyboard goes on from here. */}
      <Button variant="default" autoFocus loading={pending} onClick={onUndo}>
        {t('action.undo')}
      </Button>
    </div>
  );
}
