-- What must hold of every base at every moment at which no job is under way: each statement
-- below finds the rows that break one rule, so that an empty answer is a good one. Written from
-- the rules, apart from the code that keeps them; any SQL client can run it.
--
-- "-- rule: name" begins a rule; its statement gives the row's number and what is wrong with it.

-- rule: login_state_fits_its_link
-- A login is legacy without a holder, or it has exactly one standing link, of the same person.
SELECT login.id, login.state || ', links: ' || coalesce(standing.states, 'none') AS what
FROM orquestra.login
LEFT JOIN (
    SELECT login_id, count(*) AS links, min(person_id) AS person_id, min(began_at) AS began_at,
           string_agg(state, '+') AS states
    FROM orquestra.account_link WHERE state <> 'undone' GROUP BY login_id
) standing ON standing.login_id = login.id
WHERE (CASE login.state
    WHEN 'legacy' THEN standing.links IS NULL AND login.person_id IS NULL
        AND login.linked_at IS NULL
    WHEN 'linking' THEN standing.states = 'linking' AND standing.person_id = login.person_id
    ELSE standing.states = 'done' AND standing.person_id = login.person_id
        AND standing.began_at = login.linked_at AND login.blocked_at IS NULL
END) IS NOT TRUE;

-- rule: no_link_is_left_half_way
-- Once no job is under way, no login stands between its two owners.
SELECT link.id, 'still linking' FROM orquestra.account_link link WHERE link.state = 'linking';

-- rule: a_linked_login_has_no_password
SELECT login.id, 'password, salt or digest is still there'
FROM orquestra.login
WHERE login.state <> 'legacy'
  AND num_nonnulls(password_hash, password_format, password_salt, password_source, password_seen)
      > 0;

-- rule: a_linked_login_has_no_open_reset
SELECT reset.id, 'a link to choose a password still opens'
FROM orquestra.password_reset reset JOIN orquestra.login ON login.id = reset.login_id
WHERE login.state <> 'legacy' AND reset.used_at IS NULL AND reset.voided_at IS NULL;

-- rule: a_linked_login_has_no_open_session
SELECT session.id, 'somebody is still in by the old password'
FROM orquestra.portal_session session JOIN orquestra.login ON login.id = session.login_id
WHERE login.state <> 'legacy' AND session.kind = 'legacy' AND session.ended_at IS NULL;

-- rule: no_password_lies_bare
SELECT login.id, 'not argon2id: ' || left(password_hash, 9)
FROM orquestra.login
WHERE password_hash IS NOT NULL AND password_hash NOT LIKE '$argon2id$%';

-- rule: a_process_has_one_owner
-- Its login's person once that login is linked, and nobody but its login before.
SELECT process.id, 'owner ' || coalesce(process.owner_person_id::text, 'none') || ', login '
       || login.state || ' of ' || coalesce(login.person_id::text, 'nobody')
FROM orquestra.process_record process JOIN orquestra.login ON login.id = process.login_id
WHERE process.owner_person_id IS DISTINCT FROM
      CASE login.state WHEN 'linked' THEN login.person_id
                       WHEN 'linking' THEN coalesce(process.owner_person_id, login.person_id)
      END
  AND NOT (login.state = 'linking' AND process.owner_person_id IS NULL);

-- rule: a_task_follows_its_login
SELECT task.id, 'owner ' || coalesce(task.owner_person_id::text, 'none')
FROM orquestra.open_task task LEFT JOIN orquestra.login ON login.id = task.login_id
WHERE task.owner_person_id IS DISTINCT FROM
      CASE login.state WHEN 'linked' THEN login.person_id
                       WHEN 'linking' THEN coalesce(task.owner_person_id, login.person_id)
      END
  AND NOT (login.state IS NOT DISTINCT FROM 'linking' AND task.owner_person_id IS NULL);

-- rule: counts_are_as_before_the_link
SELECT link.id, 'processes or tasks were lost or came twice'
FROM orquestra.account_link link
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE situation = 'em_andamento') AS in_progress,
           count(*) FILTER (WHERE situation = 'concluido') AS concluded
    FROM orquestra.process_record process
    WHERE process.login_id = link.login_id AND process.owner_person_id = link.person_id
) now
CROSS JOIN LATERAL (
    SELECT count(*) AS tasks FROM orquestra.open_task task
    WHERE task.login_id = link.login_id AND task.owner_person_id = link.person_id
      AND (task.concluded_at IS NULL OR task.concluded_at >= link.began_at)
) work
WHERE link.state = 'done'
  AND (now.in_progress, now.concluded, work.tasks)
      <> (link.in_progress_before, link.concluded_before, link.tasks_before);

-- rule: a_rule_allows_each_link
-- Asked anew from documents, ties and decisions; a rule that is none of these allows nothing.
SELECT link.id, link.rule
FROM orquestra.account_link link
JOIN orquestra.login ON login.id = link.login_id
JOIN orquestra.person ON person.id = link.person_id
CROSS JOIN LATERAL (SELECT jsonb_array_length(login.signals - 'cnpj') AS others) signs
LEFT JOIN orquestra.ownership_decision decision
    ON decision.id = link.decision_id AND decision.login_id = link.login_id
   AND decision.person_id = link.person_id AND decision.verdict = 'aprovar'
   AND decision.decided_at <= link.began_at
WHERE link.state <> 'undone' AND (CASE link.rule
    WHEN 'cpf_confere' THEN login.cpf = person.cpf AND login.cnpj IS NULL AND signs.others < 2
    WHEN 'representante' THEN login.cnpj IS NOT NULL AND coalesce(login.cpf = person.cpf, true)
        AND EXISTS (
            SELECT FROM orquestra.company_tie tie
            JOIN orquestra.company ON company.id = tie.company_id
            WHERE tie.person_id = person.id AND company.cnpj = login.cnpj
              AND tie.role IN ('REPRESENTANTE_LEGAL', 'SOCIO')
              AND (tie.expires_at IS NULL OR tie.expires_at > link.began_at)
              AND (tie.ended_at IS NULL OR tie.ended_at > link.began_at)
        )
    WHEN 'sem_documento' THEN login.cpf IS NULL AND login.cnpj IS NULL
        AND login.document_text IS NULL
        AND login.kind NOT IN ('estrangeiro', 'servico', 'equipe')
        AND login.kind_rule <> 'equipe'
        AND jsonb_array_length(login.signals) = 0
    WHEN 'decisao' THEN decision.staff_id IS NOT NULL AND decision.representative_id IS NULL
    WHEN 'representante_aprovou' THEN decision.staff_id IS NULL
        AND decision.representative_id <> link.person_id
        AND EXISTS (
            SELECT FROM orquestra.company_tie tie
            JOIN orquestra.company ON company.id = tie.company_id
            WHERE tie.person_id = decision.representative_id AND company.cnpj = login.cnpj
              AND tie.role IN ('REPRESENTANTE_LEGAL', 'SOCIO')
              AND (tie.expires_at IS NULL OR tie.expires_at > decision.decided_at)
              AND (tie.ended_at IS NULL OR tie.ended_at > decision.decided_at)
        )
    ELSE false
END) IS NOT TRUE;

-- rule: a_decision_was_needed
-- Whoever was asked was asked for a doubt that the documents give.
SELECT decision.id, decision.doubt
FROM orquestra.ownership_decision decision
JOIN orquestra.login ON login.id = decision.login_id
JOIN orquestra.person ON person.id = decision.person_id
CROSS JOIN LATERAL (SELECT jsonb_array_length(login.signals - 'cnpj') AS others) signs
WHERE (CASE
    WHEN login.cpf <> person.cpf THEN decision.doubt = 'cpf_divergente'
    WHEN login.cnpj IS NOT NULL
        THEN decision.doubt IN ('empresa_sem_vinculo', 'vinculos_desconhecidos')
    WHEN login.cpf IS NOT NULL
        THEN decision.doubt = 'login_compartilhado' AND signs.others >= 2
    WHEN login.kind = 'estrangeiro' THEN decision.doubt = 'estrangeiro'
    WHEN login.kind IN ('servico', 'equipe') THEN decision.doubt = 'fora_da_campanha'
    WHEN login.document_text IS NOT NULL THEN decision.doubt = 'documento_invalido'
    WHEN signs.others >= 1 THEN decision.doubt = 'login_compartilhado'
    ELSE decision.doubt = 'tipo_alterado' AND login.kind_rule = 'equipe'
END) IS NOT TRUE;

-- rule: a_decision_has_one_who_decided
SELECT decision.id, coalesce(decision.verdict, 'waits')
FROM orquestra.ownership_decision decision
WHERE (CASE decision.verdict
    WHEN 'aprovar' THEN num_nonnulls(staff_id, representative_id) = 1 AND decided_at IS NOT NULL
        AND reason <> '' AND representative_id IS DISTINCT FROM person_id
        AND (first_staff_id IS NULL OR staff_id <> first_staff_id)
    WHEN 'recusar' THEN num_nonnulls(staff_id, representative_id) = 1 AND decided_at IS NOT NULL
        AND reason <> '' AND next_step <> ''
    WHEN 'por_regra' THEN num_nonnulls(staff_id, representative_id) = 0
        AND decided_at IS NOT NULL
    ELSE verdict IS NULL AND num_nonnulls(staff_id, representative_id, decided_at) = 0
END) IS NOT TRUE;

-- rule: an_approval_was_followed
SELECT decision.id, 'approved, and never linked'
FROM orquestra.ownership_decision decision
WHERE decision.verdict = 'aprovar'
  AND NOT EXISTS (
      SELECT FROM orquestra.account_link link WHERE link.decision_id = decision.id
  );

-- rule: the_person_consented
-- The handshake in which they authorised is on record, with no "Não sou eu" in the same one.
SELECT link.id, 'attempt ' || coalesce(link.attempt_id::text, 'unknown')
FROM orquestra.account_link link
WHERE NOT EXISTS (
    SELECT FROM orquestra.consent_record consent
    WHERE consent.attempt_id = link.attempt_id AND consent.login_id = link.login_id
      AND consent.outcome = 'autorizado'
  )
  OR EXISTS (
    SELECT FROM orquestra.consent_record consent
    WHERE consent.attempt_id = link.attempt_id AND consent.outcome <> 'autorizado'
  )
  OR NOT EXISTS (
    SELECT FROM govbr.attempt WHERE attempt.id = link.attempt_id
      AND attempt.login_id = link.login_id AND attempt.person_id = link.person_id
  );

-- rule: the_ledger_tells_each_link
SELECT link.id, link.state || ': ' || coalesce(told.kinds, 'nothing')
FROM orquestra.account_link link
LEFT JOIN (
    SELECT link_id, string_agg(kind, ' ' ORDER BY id) AS kinds
    FROM orquestra.link_event WHERE kind IN ('comecou', 'terminou', 'desfeito') GROUP BY link_id
) told ON told.link_id = link.id
WHERE told.kinds IS DISTINCT FROM CASE link.state
    WHEN 'linking' THEN 'comecou'
    WHEN 'done' THEN 'comecou terminou'
    ELSE CASE WHEN link.finished_at IS NULL THEN 'comecou desfeito'
              ELSE 'comecou terminou desfeito' END
END;

-- rule: one_notice_tells_of_each_link
SELECT link.id, coalesce(told.notices, 0) || ' notices'
FROM orquestra.account_link link
LEFT JOIN (
    SELECT login_id, person_id, count(*) AS notices FROM orquestra.notice
    WHERE kind = 'vinculo_concluido' GROUP BY login_id, person_id
) told ON told.login_id = link.login_id AND told.person_id = link.person_id
WHERE link.finished_at IS NOT NULL AND coalesce(told.notices, 0) <> (
    SELECT count(*) FROM orquestra.account_link same
    WHERE same.login_id = link.login_id AND same.person_id = link.person_id
      AND same.finished_at IS NOT NULL
);

-- rule: one_notice_asks_each_question
-- The old mailbox hears of every doubt, once; of one person's about one login, once a day.
SELECT decision.id, coalesce(told.notices, 0) || ' notices'
FROM orquestra.ownership_decision decision
LEFT JOIN (
    SELECT key, count(*) AS notices FROM orquestra.notice
    WHERE kind = 'decisao_pendente' GROUP BY key
) told ON told.key = 'decisao:' || decision.id
WHERE coalesce(told.notices, 0) <> 1 AND decision.verdict IS DISTINCT FROM 'por_regra'
  AND NOT decision.facts ? 'asking_govbr'
  AND NOT (told.notices IS NULL AND EXISTS (
      SELECT FROM orquestra.notice
      JOIN orquestra.ownership_decision earlier ON notice.key = 'decisao:' || earlier.id
      WHERE earlier.login_id = decision.login_id AND earlier.person_id = decision.person_id
        AND earlier.id < decision.id
        AND notice.created_at > decision.asked_at - interval '1 day'
  ));

-- rule: nobody_asks_on_and_on
-- After three refusals only a granted access case lets the same person ask about the login again.
SELECT decision.id, 'asked after ' || refused.times || ' refusals'
FROM orquestra.ownership_decision decision
CROSS JOIN LATERAL (
    SELECT count(*) AS times FROM orquestra.ownership_decision earlier
    WHERE earlier.login_id = decision.login_id AND earlier.person_id = decision.person_id
      AND earlier.id < decision.id AND earlier.verdict = 'recusar'
      AND NOT EXISTS (
          SELECT FROM orquestra.access_case granted
          WHERE granted.login_id = decision.login_id AND granted.state = 'atendido'
            AND granted.decided_at BETWEEN earlier.decided_at AND decision.asked_at
      )
) refused
WHERE refused.times >= 3;

-- rule: one_notice_answers_each_question
-- No mailbox hears of an answer twice, and the old one hears of each.
SELECT decision.id, decision.verdict || ': ' || answers.notices || ' notices to '
       || answers.mailboxes || ' mailboxes'
FROM orquestra.ownership_decision decision
CROSS JOIN LATERAL (
    SELECT count(*) AS notices, count(DISTINCT coalesce(address, '')) AS mailboxes
    FROM orquestra.notice
    WHERE notice.key LIKE 'decisao:' || decision.id || ':%'
      AND notice.kind IN ('decisao_aprovada', 'vinculo_recusado')
) answers
WHERE decision.verdict IN ('aprovar', 'recusar')
  AND (answers.notices < 1 OR answers.notices <> answers.mailboxes);

-- rule: one_notice_tells_of_each_block
-- A mailbox hears once of all its logins; each login is named in one notice, mailbox or not.
SELECT login.id, told.notices || ' notices'
FROM orquestra.login
CROSS JOIN LATERAL (
    SELECT count(*) AS notices FROM orquestra.notice
    WHERE notice.kind = 'prazo_encerrado'
      AND (notice.login_id = login.id OR EXISTS (
          SELECT FROM orquestra.notice_login named
          WHERE named.notice_id = notice.id AND named.login_id = login.id
      ))
) told
WHERE login.blocked_at IS NOT NULL AND told.notices <> 1;

-- rule: a_mailbox_hears_once_of_one_deadline
SELECT min(notice.id), count(*) || ' notices in one mailbox'
FROM orquestra.notice
WHERE notice.kind = 'prazo_encerrado' AND notice.address IS NOT NULL
GROUP BY lower(btrim(notice.address)), date_trunc('day', notice.created_at)
HAVING count(*) > 1;

-- rule: who_waits_is_not_blocked
-- A block falls on nobody who has asked; who asks after it stays as they are.
SELECT login.id, 'blocked while people decide'
FROM orquestra.login
JOIN orquestra.ownership_decision decision ON decision.login_id = login.id
WHERE login.blocked_at >= decision.asked_at AND decision.verdict IS NULL;

-- rule: a_block_has_its_deadline_behind_it
SELECT login.id, 'blocked ' || login.blocked_at || ', deadline '
       || coalesce(campaign.deadline_at::text, 'none')
FROM orquestra.login LEFT JOIN orquestra.campaign ON campaign.id = login.campaign_id
WHERE login.blocked_at IS NOT NULL
  AND NOT coalesce(login.kind = 'estrangeiro' AND login.blocked_at >= login.legacy_until, false)
  AND (campaign.deadline_at IS NULL OR campaign.deadline_at > login.blocked_at
       OR login.kind IN ('servico', 'equipe', 'estrangeiro'));

-- rule: a_passed_deadline_blocks_everybody_else
-- The last block shows how late it is; who was enrolled and waits for nobody is blocked by then.
SELECT login.id, 'not blocked'
FROM orquestra.login
JOIN orquestra.campaign ON campaign.id = login.campaign_id
CROSS JOIN (SELECT max(blocked_at) AS at FROM orquestra.login) last_block
WHERE campaign.deadline_at <= last_block.at AND login.state = 'legacy'
  AND login.blocked_at IS NULL AND login.kind NOT IN ('servico', 'equipe', 'estrangeiro')
  AND NOT EXISTS (
      SELECT FROM orquestra.ownership_decision decision
      WHERE decision.login_id = login.id AND decision.verdict IS NULL
  );

-- rule: a_blocked_clock_stands_still
SELECT task.id, CASE WHEN task.held_seconds IS NULL THEN 'runs' ELSE 'stands still' END
FROM orquestra.open_task task JOIN orquestra.login ON login.id = task.login_id
WHERE task.concluded_at IS NULL AND task.expires_at IS NOT NULL
  AND (task.held_seconds IS NOT NULL) <> (login.blocked_at IS NOT NULL);

-- rule: who_is_no_customer_is_in_no_campaign
SELECT login.id, login.kind
FROM orquestra.login
WHERE login.kind IN ('servico', 'equipe') AND login.campaign_id IS NOT NULL
  AND login.kind_rule <> 'equipe';

-- rule: a_question_has_its_task
-- What waits on people is the one open task that people see, or gov.br is still being asked.
SELECT decision.id, coalesce(road.tasks, 0) || ' tasks'
FROM orquestra.ownership_decision decision
LEFT JOIN (
    SELECT (task.variables ->> 'login_id')::bigint AS login_id, count(*) AS tasks
    FROM engine.user_task task WHERE task.element_id = 'decidir' GROUP BY 1
) road ON road.login_id = decision.login_id
WHERE decision.verdict IS NULL AND NOT decision.facts ? 'asking_govbr'
  AND coalesce(road.tasks, 0) <> 1;

-- rule: a_task_has_its_question
SELECT task.id, 'nothing waits for an answer'
FROM engine.user_task task
WHERE task.element_id = 'decidir' AND NOT EXISTS (
    SELECT FROM orquestra.ownership_decision decision
    WHERE decision.login_id = (task.variables ->> 'login_id')::bigint AND decision.verdict IS NULL
);

-- rule: a_login_walks_one_road
SELECT min(instance.id), 'login ' || road.login || ': ' || count(*) || ' roads'
FROM engine.instance
CROSS JOIN LATERAL (SELECT split_part(instance.business_key, ':', 2) AS login) road
WHERE instance.process = 'normalizacao' AND instance.state = 'running'
GROUP BY road.login HAVING count(*) > 1;

-- rule: the_road_of_a_linked_login_is_over
SELECT instance.id, 'still walks'
FROM engine.instance
JOIN orquestra.login ON login.id = split_part(instance.business_key, ':', 2)::bigint
WHERE instance.process = 'normalizacao' AND instance.state = 'running'
  AND login.state = 'linked';

-- rule: no_step_is_stuck
SELECT job.id, job.topic || ': ' || coalesce(job.last_error, '')
FROM engine.job WHERE job.state = 'incident';

-- rule: a_secret_is_not_kept
-- Of a handshake that is over, nothing that was sealed is kept.
SELECT attempt.id, attempt.status FROM govbr.attempt
WHERE attempt.status IN ('closed', 'failed')
  AND num_nonnulls(nonce_sealed, verifier_sealed, code_sealed, tokens_sealed, facts_sealed) > 0
  AND NOT EXISTS (
      SELECT FROM orquestra.ownership_decision decision
      WHERE decision.login_id = attempt.login_id AND decision.facts ? 'asking_govbr'
  );
