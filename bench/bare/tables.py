"""What the bare scripts write to."""

COMMANDS = """
    CREATE TABLE bare (id bigserial PRIMARY KEY, key text UNIQUE, state text, tokens bytea);
    CREATE TABLE bare_task (id bigserial PRIMARY KEY, instance bigint REFERENCES bare (id),
        uid uuid, data jsonb, UNIQUE (instance, uid));
    CREATE TABLE bare_step (id bigserial PRIMARY KEY, instance bigint REFERENCES bare (id),
        step int, data jsonb, at timestamptz DEFAULT now(), UNIQUE (instance, step))"""
DEADLINES = """
    CREATE TABLE bare (id bigserial PRIMARY KEY, state text, tokens bytea);
    CREATE TABLE bare_task (id bigserial PRIMARY KEY, instance bigint REFERENCES bare (id),
        uid uuid, data jsonb, UNIQUE (instance, uid));
    CREATE TABLE bare_timer (id bigserial PRIMARY KEY, instance bigint REFERENCES bare (id),
        due_at timestamptz);
    CREATE INDEX ON bare_timer (due_at);
    CREATE TABLE bare_step (id bigserial PRIMARY KEY, instance bigint REFERENCES bare (id),
        step int, data jsonb, at timestamptz DEFAULT now(), UNIQUE (instance, step))"""
#: One definition's tokens, for so many instances.
FILL_DEADLINES = """
    WITH added AS (INSERT INTO bare (state, tokens)
        SELECT 'running', %s FROM generate_series(1, %s) RETURNING id)
    INSERT INTO bare_timer (instance, due_at) SELECT id, now() FROM added"""
