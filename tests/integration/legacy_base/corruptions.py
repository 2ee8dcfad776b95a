"""For each rule of base_audit.sql, the smallest damage that breaks it and that it has to name."""

_LINKED = "(SELECT id FROM orquestra.login WHERE state = 'linked' ORDER BY id LIMIT 1)"
_DONE = "(SELECT id FROM orquestra.account_link WHERE state = 'done' ORDER BY id LIMIT 1)"
_BLOCKED = (
    "(SELECT id FROM orquestra.login WHERE blocked_at IS NOT NULL AND NOT EXISTS (SELECT FROM"
    " orquestra.ownership_decision asked WHERE asked.login_id = login.id) ORDER BY id LIMIT 1)"
)
_WAITING = "(SELECT id FROM orquestra.ownership_decision WHERE verdict IS NULL ORDER BY id LIMIT 1)"
_UNGUARDED = "ALTER TABLE orquestra.login DROP CONSTRAINT ck_login_linked_without_password;"
_COPY = (
    "INSERT INTO orquestra.notice (key, kind, login_id, person_id, address, subject, body,"
    " created_at) SELECT key || '{suffix}', kind, login_id, person_id, address, subject, body,"
    " created_at FROM orquestra.notice WHERE kind {kinds} ORDER BY id LIMIT 1"
)


def _of_link(rule: str) -> str:
    """Name a link by the rule that allowed it."""
    return (
        "(SELECT login_id FROM orquestra.account_link WHERE state = 'done'"
        f" AND rule = '{rule}' ORDER BY id LIMIT 1)"
    )


#: Rule and damage; a rule may stand more than once.
CORRUPTIONS: tuple[tuple[str, str], ...] = (
    (
        "login_state_fits_its_link",
        f"{_UNGUARDED} UPDATE orquestra.login SET state = 'legacy' WHERE id = {_LINKED}",
    ),
    (
        "login_state_fits_its_link",
        f"UPDATE orquestra.account_link SET state = 'undone' WHERE id = {_DONE}",
    ),
    (
        "no_link_is_left_half_way",
        f"UPDATE orquestra.account_link SET state = 'linking' WHERE id = {_DONE}",
    ),
    (
        "a_linked_login_has_no_password",
        f"UPDATE orquestra.login SET password_seen = 'x' WHERE id = {_LINKED}",
    ),
    (
        "a_linked_login_has_no_open_reset",
        (
            "INSERT INTO orquestra.password_reset (token_hash, login_id, reason,"
            " asked_at, expires_at)"
            f" SELECT 'x', {_LINKED}, 'esqueci', now(), now()"
        ),
    ),
    (
        "a_linked_login_has_no_open_session",
        (
            "INSERT INTO orquestra.portal_session"
            " (token_hash, kind, login_id, created_at, last_seen_at)"
            f" SELECT 'x', 'legacy', {_LINKED}, now(), now()"
        ),
    ),
    (
        "no_password_lies_bare",
        (
            "ALTER TABLE orquestra.login DROP CONSTRAINT ck_login_password_wrapped;"
            " UPDATE orquestra.login SET password_hash = 'AAECAw==' WHERE id = ("
            " SELECT min(id) FROM orquestra.login WHERE password_hash IS NOT NULL)"
        ),
    ),
    (
        "a_process_has_one_owner",
        (
            "UPDATE orquestra.process_record SET owner_person_id = NULL WHERE id = ("
            " SELECT min(id) FROM orquestra.process_record WHERE owner_person_id IS NOT NULL)"
        ),
    ),
    (
        "a_process_has_one_owner",
        (
            "UPDATE orquestra.process_record SET owner_person_id ="
            " (SELECT min(id) FROM orquestra.person) WHERE id = ("
            " SELECT min(id) FROM orquestra.process_record WHERE owner_person_id IS NULL)"
        ),
    ),
    (
        "a_task_follows_its_login",
        (
            "UPDATE orquestra.open_task SET owner_person_id = NULL WHERE id = ("
            " SELECT min(id) FROM orquestra.open_task WHERE owner_person_id IS NOT NULL)"
        ),
    ),
    (
        "counts_are_as_before_the_link",
        f"UPDATE orquestra.account_link SET tasks_before = tasks_before + 1 WHERE id = {_DONE}",
    ),
    *(
        (
            "a_rule_allows_each_link",
            f"UPDATE orquestra.login SET {damage} WHERE id = {_of_link(rule)}",
        )
        for rule, damage in (
            ("cpf_confere", "cpf = '52998224725'"),
            ("cpf_confere", 'signals = \'["nome_de_empresa", "email_de_funcao"]\''),
            ("representante", "cnpj = '11222333000181'"),
            ("representante", "cpf = '52998224725'"),
            ("sem_documento", "document_text = 'ISENTO'"),
            ("sem_documento", "kind = 'servico'"),
            ("sem_documento", "kind_rule = 'equipe'"),
            ("representante_aprovou", "cnpj = '11222333000181'"),
        )
    ),
    (
        "a_rule_allows_each_link",
        "UPDATE orquestra.account_link SET rule = 'sorte' WHERE id = " + _DONE,
    ),
    (
        "a_rule_allows_each_link",
        (
            "UPDATE orquestra.ownership_decision SET verdict = 'recusar', next_step = 'x'"
            " WHERE id = (SELECT min(decision_id) FROM orquestra.account_link)"
        ),
    ),
    (
        "a_rule_allows_each_link",
        (
            "UPDATE orquestra.company_tie SET expires_at = '2000-01-01' WHERE person_id = ("
            " SELECT min(representative_id) FROM orquestra.ownership_decision"
            " WHERE verdict = 'aprovar')"
        ),
    ),
    (
        "a_decision_was_needed",
        (
            "UPDATE orquestra.ownership_decision SET doubt = 'estrangeiro' WHERE id = ("
            " SELECT min(id) FROM orquestra.ownership_decision WHERE doubt <> 'estrangeiro')"
        ),
    ),
    (
        "a_decision_has_one_who_decided",
        (
            "UPDATE orquestra.ownership_decision SET staff_id = NULL, representative_id = NULL"
            " WHERE id = (SELECT min(id) FROM orquestra.ownership_decision WHERE"
            " verdict = 'recusar')"
        ),
    ),
    (
        "an_approval_was_followed",
        (
            "UPDATE orquestra.account_link SET decision_id = NULL WHERE id = ("
            " SELECT min(id) FROM orquestra.account_link WHERE decision_id IS NOT NULL)"
        ),
    ),
    (
        "the_person_consented",
        (
            "DELETE FROM orquestra.consent_record WHERE attempt_id = ("
            f" SELECT attempt_id FROM orquestra.account_link WHERE id = {_DONE})"
        ),
    ),
    (
        "the_person_consented",
        (
            "UPDATE govbr.attempt SET person_id = person_id + 1 WHERE id = ("
            f" SELECT attempt_id FROM orquestra.account_link WHERE id = {_DONE})"
        ),
    ),
    (
        "the_ledger_tells_each_link",
        (
            "INSERT INTO orquestra.link_event (link_id, kind, actor, happened_at)"
            f" SELECT {_DONE}, 'desfeito', 'staff:1', now()"
        ),
    ),
    (
        "one_notice_tells_of_each_link",
        _COPY.format(suffix=":outra", kinds="= 'vinculo_concluido'"),
    ),
    (
        "one_notice_asks_each_question",
        "DELETE FROM orquestra.notice WHERE kind = 'decisao_pendente'",
    ),
    (
        "nobody_asks_on_and_on",
        (
            "INSERT INTO orquestra.ownership_decision (login_id, person_id, doubt, verdict,"
            " reason, next_step, staff_id, asked_at, decided_at) SELECT login_id, person_id, doubt,"
            " verdict, reason, next_step, staff_id, asked_at, decided_at"
            " FROM orquestra.ownership_decision"
            " CROSS JOIN generate_series(1, 3) WHERE id = (SELECT min(id) FROM"
            " orquestra.ownership_decision WHERE verdict = 'recusar')"
        ),
    ),
    (
        "one_notice_answers_each_question",
        _COPY.format(suffix=":outra", kinds="IN ('decisao_aprovada', 'vinculo_recusado')"),
    ),
    (
        "one_notice_tells_of_each_block",
        "UPDATE orquestra.notice SET kind = 'lembrete' WHERE kind = 'prazo_encerrado'",
    ),
    (
        "a_mailbox_hears_once_of_one_deadline",
        _COPY.format(suffix=":outra", kinds="= 'prazo_encerrado' AND address IS NOT NULL"),
    ),
    (
        "who_waits_is_not_blocked",
        (
            "UPDATE orquestra.login SET blocked_at = now() WHERE id = (SELECT login_id FROM"
            f" orquestra.ownership_decision WHERE id = {_WAITING})"
        ),
    ),
    (
        "a_block_has_its_deadline_behind_it",
        "UPDATE orquestra.campaign SET deadline_at = deadline_at + interval '1 year'",
    ),
    (
        "a_passed_deadline_blocks_everybody_else",
        f"UPDATE orquestra.login SET blocked_at = NULL WHERE id = {_BLOCKED}",
    ),
    (
        "a_blocked_clock_stands_still",
        "UPDATE orquestra.open_task SET held_seconds = NULL WHERE held_seconds IS NOT NULL",
    ),
    (
        "who_is_no_customer_is_in_no_campaign",
        (
            "UPDATE orquestra.login SET campaign_id = (SELECT min(id) FROM orquestra.campaign)"
            " WHERE kind = 'servico'"
        ),
    ),
    ("a_question_has_its_task", "DELETE FROM engine.user_task WHERE element_id = 'decidir'"),
    (
        "a_task_has_its_question",
        (
            "UPDATE orquestra.ownership_decision SET verdict = 'por_regra', decided_at = now()"
            f" WHERE id = {_WAITING}"
        ),
    ),
    (
        "a_login_walks_one_road",
        (
            "UPDATE engine.instance SET business_key = ("
            " SELECT business_key || ':2' FROM engine.instance WHERE state = 'running'"
            " AND process = 'normalizacao' ORDER BY id LIMIT 1), state = 'running'"
            " WHERE id = (SELECT max(id) FROM engine.instance WHERE process = 'normalizacao')"
        ),
    ),
    (
        "the_road_of_a_linked_login_is_over",
        (
            "UPDATE engine.instance SET state = 'running' WHERE id = (SELECT min(id) FROM"
            " engine.instance WHERE state = 'completed' AND process = 'normalizacao')"
        ),
    ),
    (
        "no_step_is_stuck",
        (
            "INSERT INTO engine.job (instance_id, task_uid, element_id, topic,"
            " queue, inputs, state,"
            " retry_delays, due_at, created_at) SELECT min(id), gen_random_uuid(),"
            " 'x', 'x', 'x', '{}',"
            " 'incident', '[]', now(), now() FROM engine.instance"
        ),
    ),
    (
        "a_secret_is_not_kept",
        (
            "UPDATE govbr.attempt SET tokens_sealed = 'x' WHERE id = ("
            f" SELECT attempt_id FROM orquestra.account_link WHERE id = {_DONE})"
        ),
    ),
)
