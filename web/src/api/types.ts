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
export type LiveStation = Answer<'/api/live/stations', 'get'>['items'][number];
export type LivePart = NonNullable<Answer<'/api/stations/{station}/live-picture', 'get'>['part']>;
export type Kpis = LiveStation['kpis'];
export type InspectionPage = Answer<'/api/inspections', 'get'>;
export type InspectionItem = InspectionPage['items'][number];
export type Inspection = Answer<'/api/inspections/{inspection}', 'get'>;
export type InspectionQuery = NonNullable<paths['/api/inspections']['get']['parameters']['query']>;
export type DefectRegion = Inspection['defects'][number];
export type SeriesPoint = Answer<'/api/kpis/series', 'get'>['items'][number];
export type Alarm = Answer<'/api/alarms', 'get'>['items'][number];
export type Recipe = Answer<'/api/recipes', 'get'>['items'][number];
export type Evidence = Recipe['evidence'];
export type Verdict = InspectionItem['final_verdict'];
export type Mode = NonNullable<LiveStation['mode']>;
export type MachineState = LiveStation['machine_state'];
export type Losses = Answer<'/api/kpis/losses', 'get'>;
export type StationStates = Answer<'/api/kpis/states', 'get'>['items'][number];
export type ControlPoint = Answer<'/api/kpis/control-chart', 'get'>['points'][number];
export type ParetoBar = Answer<'/api/kpis/pareto', 'get'>['items'][number];
export type LiveLine = Answer<'/api/live/lines', 'get'>['items'][number];
export type Calendar = Answer<'/api/places/{place}/calendar', 'get'>;
export type CalendarPlan = Pick<Calendar, 'weeks' | 'days'>;
export type CalendarWeek = Calendar['weeks'][number];
export type WeekShift = CalendarWeek['shifts'][number];
export type ExceptionalDays = Calendar['days'][number];
export type DayShift = ExceptionalDays['shifts'][number];
export type PlannedDay = Answer<'/api/places/{place}/calendar/preview', 'get'>['items'][number];
export type Consequence = Answer<'/api/places/{place}/calendar/consequence', 'post'>;
export type PartNumber = Answer<'/api/part-numbers', 'get'>['items'][number];
export type PartState = NonNullable<NonNullable<paths['/api/part-numbers']['get']['parameters']['query']>['state']>;
export type ImportResult = Omit<Answer<'/api/users/import', 'post'>, 'invitations'> & { invitations?: readonly Invitation[] };
export type ImportRow = ImportResult['rows'][number];
export type Invitation = NonNullable<Answer<'/api/users/import', 'post'>['invitations']>[number];
export type ServerSetting = Answer<'/api/server/settings', 'get'>['items'][number];
export type Gateway = Answer<'/api/gateways/{gateway}', 'get'>;
export type GatewayState = NonNullable<Answer<'/api/gateways/{gateway}/states', 'get'>['desired']>;
export type ClaimCode = Answer<'/api/gateways/{gateway}/claim-codes', 'post'>;
export type Wiring = Answer<'/api/gateways/{gateway}/stations', 'get'>['items'][number];
