import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { LiveStation } from '@/api/types';
import { DisconnectedIcon } from '@/components/icons';
import { PartImage } from '@/components/PartImage';
import { ScoreScale } from '@/components/ScoreScale';
import { useClockface } from '@/components/useClockface';
import { useFigures } from '@/components/useFigures';
import { useOutputWords } from '@/components/useOutputWords';
import { VERDICT_ICON, VERDICT_TONE } from '@/components/verdicts';
import { useNow } from '@/lib/now';
import { nearTime } from '@/lib/time';
import type { Freshness } from '@/features/live/condition';
import { shownPart, type ShownPart } from '@/features/live/shownPart';
import { useLivePicture, type LivePicture } from '@/features/live/useLivePicture';
import classes from '@/features/live/StationHero.module.css';

/** The newest part, to be read from 2 m: its picture, its verdict, and what to do. */
export function StationHero({ station, fresh }: { station: LiveStation; fresh: Freshness }) {
  const { t } = useTranslation();
  const picture = useLivePicture(station.station.id);
  const part = shownPart(picture.part, station.recent);
  if (part === null) {
    return (
      <section className={classes.none}>
        <h2>{t('station.none')}</h2>
        <p>{t('station.none_what')}</p>
        {fresh.kind === 'unwired' && <Link to="/gateways">{t('gateways.title')}</Link>}
      </section>
    );
  }
  const tone = VERDICT_TONE[part.verdict];
  return (
    <section className={classes.hero} data-tone={tone} data-stale={fresh.kind !== 'live' || undefined} aria-labelledby="newest-title">
      <Picture part={part} picture={picture} fresh={fresh} />
      <Verdict part={part} />
    </section>
  );
}

function Picture({ part, picture, fresh }: { part: ShownPart; picture: LivePicture; fresh: Freshness }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const face = useClockface();
  const now = useNow();
  // A page that has just begun to look: the next part comes with a picture.
  const awaited = part.pictureAt === null && part.images.length === 0 && part.verdict !== 'no_read' && picture.supported !== false;
  const age = figures.duration(now - Date.parse(part.pictureAt ?? part.triggeredAt));
  return (
    <div className={classes.picture} data-testid="live-picture" data-part={part.id}>
      {awaited ? (
        <p className={classes.awaited}>{t('station.awaited')}</p>
      ) : (
        <PartImage verdict={part.verdict} images={part.images} alt={t('image.alt', { sequence: part.sequence })} heat={0.7} />
      )}
      {fresh.kind === 'live' ? (
        <p className={classes.age}>{t('station.age', { duration: age })}</p>
      ) : (
        <p className={classes.old}>
          <DisconnectedIcon />
          {t('station.old', { time: nearTime(face, part.triggeredAt, now) })}
        </p>
      )}
      {picture.supported === false && fresh.kind === 'live' && <p className={classes.note}>{t('station.no_live_pictures')}</p>}
    </div>
  );
}

function Verdict({ part }: { part: ShownPart }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const output = useOutputWords();
  const Icon = VERDICT_ICON[part.verdict];
  const known = part.score !== null && part.goodBelow !== null && part.badAbove !== null;
  return (
    <div className={classes.verdict}>
      <h2 id="newest-title">{t('station.newest')}</h2>
      <p className={classes.word} data-testid="live-verdict">
        <Icon />
        {t(`verdict.${part.verdict}`)}
      </p>
      {part.verdict !== 'good' && (
        <p className={classes.todo}>
          {part.cause !== null && <>{t(`cause.${part.cause}`)} </>}
          {t(`station.todo.${part.verdict}`)}
        </p>
      )}
      <dl className={classes.facts}>
        <div>
          <dt>{t('station.part')}</dt>
          <dd>{part.sequence}</dd>
        </div>
        {part.serial !== '' && (
          <div>
            <dt>{t('station.serial')}</dt>
            <dd>{part.serial}</dd>
          </div>
        )}
        <div>
          <dt>{t('station.output')}</dt>
          <dd>{part.record === null ? '…' : output(part.record.output)}</dd>
        </div>
      </dl>
      {known && (
        <div className={classes.score}>
          <p>
            {t('score.name')} <b>{figures.score(part.score ?? 0)}</b>
          </p>
          <ScoreScale score={part.score ?? 0} goodBelow={part.goodBelow ?? 0} badAbove={part.badAbove ?? 0} />
        </div>
      )}
      <Link to="/inspections/$id" params={{ id: part.id }} className={classes.open}>
        {t('station.open')}
      </Link>
    </div>
  );
}
