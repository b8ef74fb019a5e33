/** The words of the API, taken from its own description by path, so that renaming a schema breaks nothing here. */
import type { paths } from '@/api/schema';

type Answer<Path extends keyof paths, Method extends keyof paths[Path]> = paths[Path][Method] extends {
  responses: infer Responses;
}
  ? Responses extends { 200: { content: { 'application/json': infer Body } } }
    ? Body
    : Responses extends { 201: { content: { 'application/json': infer Body } } }
      ? Body
      : never
  : never;

export type Session = Answer<'/api/session', 'get'>;
export type Place = Answer<'/api/places', 'get'>['items'][number];
export type Permission = Session['user']['permissions'][number];
export type Account = Answer<'/api/account', 'get'>;
export type OpenSession = Answer<'/api/account/sessions', 'get'>['items'][number];
export type ApiToken = Answer<'/api/account/tokens', 'get'>['items'][number];
export type User = Answer<'/api/users', 'get'>['items'][number];
export type Grant = User['grants'][number];
export type Role = Grant['role'];
export type AuditEntry = Answer<'/api/audit', 'get'>['items'][number];
export type Verification = Answer<'/api/audit/verify', 'get'>;
export type SignInLink = Answer<'/api/session/links', 'post'>;
export type LiveStation = Answer<'/api/live/stations', 'get'>['items'][number];
export type LivePart = NonNullable<Answer<'/api/stations/{station}/live-picture', 'get'>['part']>;
export type Kpis = LiveStation['kpis'];
export type InspectionPage = Answer<'/api/inspections', 'get'>;
export type InspectionItem = InspectionPage['items'][number];
export type Inspection = Answer<'/api/inspections/{inspection}', 'get'>;
export type InspectionQuery = NonNullable<paths['/api/inspections']['get']['parameters']['query']>;
export type DefectRegion = Inspection['defects'][number];
export type Review = Answer<'/api/inspections/{inspection}/reviews', 'post'>;
export type SeriesPoint = Answer<'/api/kpis/series', 'get'>['items'][number];
export type Alarm = Answer<'/api/alarms', 'get'>['items'][number];
export type Verdict = InspectionItem['final_verdict'];
export type Mode = NonNullable<LiveStation['mode']>;
export type MachineState = LiveStation['machine_state'];
export type Losses = Answer<'/api/kpis/losses', 'get'>;
export type StationStates = Answer<'/api/kpis/states', 'get'>['items'][number];
export type ControlPoint = Answer<'/api/kpis/control-chart', 'get'>['points'][number];
export type ParetoBar = Answer<'/api/kpis/pareto', 'get'>['items'][number];
export type LiveLine = Answer<'/api/live/lines', 'get'>['items'][number];
