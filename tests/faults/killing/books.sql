-- What must hold of every instance of a run once it is over. Each statement below finds the rows
-- that break one rule: an empty answer is a good one. Written from the rules, apart from the code
-- that keeps them. %(keys)s: the run's business keys.
--
-- "-- rule: name" begins a rule, "lost" or "double" after it says what breaking it means.

-- rule: every_instance_came_to_its_end lost
SELECT k, coalesce(i.state, 'is not there') FROM unnest(%(keys)s::text[]) k
LEFT JOIN engine.instance i ON i.business_key = k AND i.process = 'faults'
WHERE i.state IS DISTINCT FROM 'completed';

-- rule: a_business_key_has_one_instance double
SELECT business_key, count(*)::text FROM engine.instance
WHERE business_key = ANY(%(keys)s) AND process = 'faults' GROUP BY 1 HAVING count(*) > 1;

-- rule: history_has_no_gap lost
SELECT i.business_key, format('%%s steps, %%s rows from %%s to %%s', i.steps, count(h.step), min(h.step), max(h.step))
FROM engine.instance i LEFT JOIN engine.history h ON h.instance_id = i.id
WHERE i.business_key = ANY(%(keys)s) GROUP BY i.id
HAVING count(h.step) <> i.steps OR min(h.step) <> 1 OR max(h.step) <> i.steps;

-- rule: nothing_waits_after_the_end lost
SELECT i.business_key, w.kind || ' ' || w.element_id FROM engine.instance i JOIN (
    SELECT 'job' AS kind, instance_id, element_id FROM engine.job
    UNION ALL SELECT 'timer', instance_id, element_id FROM engine.timer
    UNION ALL SELECT 'user task', instance_id, element_id FROM engine.user_task
    UNION ALL SELECT 'subscription', instance_id, element_id FROM engine.subscription
) w ON w.instance_id = i.id
WHERE i.business_key = ANY(%(keys)s) AND i.state = 'completed';

-- rule: each_wait_began_once_and_ended_once double
SELECT i.business_key, w.kind || ' ' || w.element_id FROM engine.instance i
JOIN faults.wait w ON w.instance_id = i.id
WHERE i.business_key = ANY(%(keys)s) AND i.state = 'completed'
GROUP BY i.business_key, w.kind, w.element_id, w.task_uid
HAVING count(*) FILTER (WHERE NOT over) <> 1 OR count(*) FILTER (WHERE over) <> 1;

-- rule: no_element_was_waited_for_twice double
SELECT i.business_key, w.kind || ' ' || w.element_id FROM engine.instance i
JOIN faults.wait w ON w.instance_id = i.id
WHERE i.business_key = ANY(%(keys)s) AND NOT w.over
GROUP BY i.business_key, w.kind, w.element_id HAVING count(*) > 1;

-- rule: each_job_had_its_effect lost
SELECT i.business_key, e.element FROM engine.instance i
CROSS JOIN unnest(ARRAY['write', 'after_answer', 'call', 'between', 'batches', 'after_deadline',
    'after_error', 'last']) e(element)
WHERE i.business_key = ANY(%(keys)s) AND i.state = 'completed' AND NOT EXISTS (
    SELECT 1 FROM faults.effect f WHERE f.instance_id = i.id AND f.element_id = e.element);

-- rule: no_job_had_its_effect_twice double
SELECT i.business_key, f.element_id FROM engine.instance i
JOIN faults.effect f ON f.instance_id = i.id
WHERE i.business_key = ANY(%(keys)s) GROUP BY 1, 2 HAVING count(*) > 1;

-- rule: each_batch_of_a_long_job_came_in lost
SELECT i.business_key, count(b.number)::text FROM engine.instance i
JOIN faults.effect f ON f.instance_id = i.id AND f.element_id = 'batches'
LEFT JOIN faults.batch_row b ON b.key = f.key
WHERE i.business_key = ANY(%(keys)s) GROUP BY i.business_key HAVING count(b.number) <> 3;

-- rule: a_reminder_that_fired_was_followed lost
SELECT i.business_key, 'reminder' FROM engine.instance i
WHERE i.business_key = ANY(%(keys)s) AND i.state = 'completed'
  AND (SELECT count(*) FROM engine.history h WHERE h.instance_id = i.id
         AND h.command = 'FireTimer' AND h.element_id = 'remind')
   <> (SELECT count(*) FROM faults.effect f WHERE f.instance_id = i.id
         AND f.element_id = 'reminded');

-- rule: no_timer_fired_twice double
SELECT i.business_key, h.element_id FROM engine.instance i
JOIN engine.history h ON h.instance_id = i.id AND h.command = 'FireTimer'
WHERE i.business_key = ANY(%(keys)s) GROUP BY 1, 2 HAVING count(*) > 1;

-- rule: each_timer_fired lost
SELECT i.business_key, e.element FROM engine.instance i
CROSS JOIN unnest(ARRAY['pause', 'deadline']) e(element)
WHERE i.business_key = ANY(%(keys)s) AND i.state = 'completed' AND NOT EXISTS (
    SELECT 1 FROM engine.history h WHERE h.instance_id = i.id AND h.command = 'FireTimer'
      AND h.element_id = e.element);

-- rule: no_timer_fired_early double
SELECT i.business_key, fired.element_id FROM engine.instance i
JOIN engine.history fired ON fired.instance_id = i.id AND fired.command = 'FireTimer'
WHERE i.business_key = ANY(%(keys)s)
  AND fired.at - i.started_at < CASE fired.element_id WHEN 'remind' THEN interval '1 hour'
      WHEN 'pause' THEN interval '2 hours' ELSE interval '3 hours' END;

-- rule: each_message_was_taken_once double
WITH taken AS (
    SELECT i.business_key, h.input->'payload'->>'number' AS number FROM engine.instance i
    JOIN engine.history h ON h.instance_id = i.id AND h.command = 'DeliverMessage'
    WHERE i.business_key = ANY(%(keys)s)
    UNION ALL
    SELECT i.business_key, letter->1->>'number' FROM engine.instance i
    JOIN engine.history h ON h.instance_id = i.id
    CROSS JOIN jsonb_array_elements(h.input->'inbox') letter
    WHERE i.business_key = ANY(%(keys)s)
)
SELECT business_key, string_agg(number, ' ' ORDER BY number) FROM taken GROUP BY 1
HAVING string_agg(number, ' ' ORDER BY number) <> '1 2';

-- rule: no_message_is_left lost
SELECT business_key, name FROM engine.inbox_message WHERE business_key = ANY(%(keys)s);

-- rule: each_answer_was_taken_once double
SELECT i.business_key, count(h.step)::text FROM engine.instance i
LEFT JOIN engine.history h ON h.instance_id = i.id AND h.command = 'CompleteUserTask'
WHERE i.business_key = ANY(%(keys)s) AND i.state = 'completed'
GROUP BY i.business_key HAVING count(h.step) <> 1;

-- rule: a_result_came_from_who_held_the_job double
-- A result that was kept while the instance stood still stands in the history twice: it came, and
-- was brought in by whoever took the job up again.
SELECT i.business_key, h.element_id FROM engine.instance i
JOIN engine.history h ON h.instance_id = i.id AND h.command = 'FinishJob'
JOIN faults.wait w ON w.instance_id = i.id AND w.kind = 'job' AND w.over
    AND w.element_id = h.element_id
WHERE i.business_key = ANY(%(keys)s)
  AND (h.input->'outputs'->>h.element_id)::int <> w.attempts
  AND (SELECT count(*) FROM engine.history k WHERE k.instance_id = i.id
         AND k.command = 'FinishJob' AND k.element_id = h.element_id) = 1;

-- rule: each_call_is_in_the_ledger_and_applied_once double
SELECT i.business_key, format('asked %%s, applied %%s', count(e.id), count(e.applied_at))
FROM engine.instance i
LEFT JOIN engine.effect e ON e.instance_id = i.id AND e.element_id = 'call'
WHERE i.business_key = ANY(%(keys)s) AND i.state = 'completed'
GROUP BY i.business_key HAVING count(e.applied_at) <> 1;

-- rule: no_data_was_lost_at_the_join lost
SELECT i.business_key, e.element FROM engine.instance i
CROSS JOIN unnest(ARRAY['write', 'said', 'call', 'between', 'batches', 'after_deadline',
    'after_error', 'last']) e(element)
WHERE i.business_key = ANY(%(keys)s) AND i.state = 'completed' AND NOT EXISTS (
    SELECT 1 FROM engine.history h WHERE h.instance_id = i.id AND h.changes ? e.element);

-- rule: nobody_saw_an_incident lost
SELECT i.business_key, n.element_id || ': ' || left(n.error, 200) FROM engine.instance i
JOIN engine.incident n ON n.instance_id = i.id
WHERE i.business_key = ANY(%(keys)s) AND n.error !~ '^(RetryLater|Busy|OperationalError)';
