/** An open review: a decision about every member, then the completion. */
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { accessDecisions, type AccessDecision } from '../../../../functions/src/orgs/reviews/contract.ts';
import { ErrorPanel } from '../../app/ErrorPanel.tsx';
import { useMembership } from '../../app/organisation.tsx';
import { isConflict } from '../../app/useChange.ts';
import { formatDateTime, formatNumber } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { CompleteReview } from './CompleteReview.tsx';
import type { Member, Team } from './data.ts';
import type { Review } from './decisions.ts';
import { useDecisions } from './useDecisions.ts';
import { teamNames, WithTeams } from './WithTeams.tsx';

type OpenReviewProps = {
  readonly review: Review;
  readonly members: readonly Member[];
  readonly onSaid: (words: string | null) => void;
};

/** The members with their decisions. */
export function OpenReview({ review, members, onSaid }: OpenReviewProps) {
  const { locale, text } = useLanguage();
  const { reviews } = text;
  const { orgId } = useMembership();
  const queries = useQueryClient();
  const { decisions, decide, settled, error } = useDecisions(orgId, review);
  // Support is let in by a grant and leaves by itself.
  const reviewed = members.filter(({ role }) => role !== 'support');
  const undecided = reviewed.filter(({ accountId }) => decisions[accountId] === undefined);
  return (
    <Card
      title={reviews.openTitle}
      aside={
        <span role="status">
          {reviews.progress(formatNumber(locale, reviewed.length - undecided.length), formatNumber(locale, reviewed.length))}
        </span>
      }
    >
      {isConflict(error) ? (
        <Banner kind="important" role="alert">
          {reviews.conflict}
        </Banner>
      ) : (
        error !== null && <ErrorPanel error={error} />
      )}
      <div className="actions">
        <Button
          variant="secondary"
          isDisabled={undecided.length === 0}
          onPress={() =>
            decide(
              undecided.map(({ accountId }) => accountId),
              'keep',
            )
          }
        >
          {reviews.keepRest}
        </Button>
      </div>
      <WithTeams>
        {(teams) => (
          <ul className="entries">
            {reviewed.map((member) => (
              <ReviewedMember
                key={member.accountId}
                member={member}
                teams={teams}
                decision={decisions[member.accountId]}
                onDecide={(decision) => decide([member.accountId], decision)}
              />
            ))}
          </ul>
        )}
      </WithTeams>
      <CompleteReview
        review={review}
        undecided={undecided.length}
        removed={reviewed.filter(({ accountId }) => decisions[accountId] === 'remove')}
        settled={settled}
        onCompleted={async (words) => {
          await Promise.all(
            ['accessReview', 'members', 'teams', 'organisation', 'alarms'].map((key) =>
              queries.invalidateQueries({ queryKey: [key, orgId] }),
            ),
          );
          // Last: the words take focus, which the dialog held until then.
          onSaid(words);
        }}
      />
    </Card>
  );
}

type ReviewedMemberProps = {
  readonly member: Member;
  readonly teams: readonly Team[];
  readonly decision: AccessDecision | undefined;
  readonly onDecide: (decision: AccessDecision) => void;
};

function ReviewedMember({ member, teams, decision, onDecide }: ReviewedMemberProps) {
  const { locale, text } = useLanguage();
  const { members: words, orgs, reviews } = text;
  const { orgId, role } = useMembership();
  const isHigher = member.role === 'owner' || member.role === 'administrator';
  const mayRemove = !member.isYou && (role === 'owner' || !isHigher);
  const lastActive = member.lastActiveAt === null ? words.lastActiveUnknown : formatDateTime(locale, new Date(member.lastActiveAt));
  const facts = [orgs.roles[member.role], teamNames(member.teamIds, teams), `${words.lastActive.toLowerCase()}: ${lastActive}`];
  return (
    <li className="entry">
      <div className="entry-head">
        <h3>{member.isYou ? words.you(member.displayName) : member.displayName}</h3>
        <span className="entry-note">{facts.filter((fact) => fact !== '').join(' · ')}</span>
      </div>
      <fieldset className="decision">
        <legend className="visually-hidden">{reviews.decisionFor(member.displayName)}</legend>
        {accessDecisions
          // One's own role is somebody else's to change.
          .filter((one) => one === 'keep' || (one === 'remove' ? mayRemove : !member.isYou))
          .map((one) => (
            <label key={one} className="radio">
              <input
                type="radio"
                name={`decision-${member.accountId}`}
                value={one}
                checked={decision === one}
                onChange={() => onDecide(one)}
              />
              <span>{reviews.decisions[one]}</span>
            </label>
          ))}
      </fieldset>
      {decision === 'change' && (
        <p className="entry-note">
          {reviews.changeHint} <Link to={`/o/${orgId}/members/${member.accountId}`}>{member.displayName}</Link>
        </p>
      )}
      {decision === 'remove' && <p className="entry-note">{reviews.removeHint}</p>}
    </li>
  );
}
