# One image for web, worker, beat and migrate; the command decides. Same Debian and Python as CI.
FROM python:3.11-slim-bookworm AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PATH=/opt/venv/bin:$PATH \
    XDG_CACHE_HOME=/tmp/cache
# Pango draws the letters; without HarfBuzz's subsetter that takes three times as long.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*

FROM base AS packages
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/
RUN pip install --no-cache-dir --require-hashes --only-binary=:all: -r /tmp/requirements.txt

FROM base AS app
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
# The values are for this step only: collecting files needs settings that load, and nothing of them is kept.
RUN python -m tools.local.translations \
    && SECRET_KEY=only-to-collect-static-files-0123456789abcdef \
       ENCRYPTION_KEYS=only-to-collect-static-files-0123456789abcdef \
       SITE_URL=https://localhost EMAIL_URL=smtp://localhost REDIS_URL=redis://localhost \
       DATABASE_URL=postgresql://app@localhost/debiteuren \
       python manage.py collectstatic --no-input \
    && python -m compileall -q . \
    && useradd --system --uid 10001 --no-create-home debiteuren \
    && install -d -o debiteuren /var/lib/debiteuren
USER debiteuren
EXPOSE 8000
CMD ["gunicorn", "debiteuren.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-"]

# For trying out: the mail catcher needs one more package.
FROM app AS try
USER root
COPY requirements-demo.txt /tmp/
RUN pip install --no-cache-dir --require-hashes --only-binary=:all: -r /tmp/requirements-demo.txt
USER debiteuren

# What is built when nobody names a stage.
FROM app
