# The service with the model inside: docker build -t cited-assistant . && docker run -p 8000:8000 -v articles:/data cited-assistant
#
# It listens on all addresses of its container. Without keys that is refused at start, unless you say that anyone who
# reaches it may ask: docker run ... cited-assistant serve --host 0.0.0.0 --allow-anyone-to-ask
FROM python:3.11-slim-bookworm AS built

WORKDIR /build
RUN python -m venv /opt/assistant && /opt/assistant/bin/pip install --no-cache-dir pip==26.3
COPY requirements.lock requirements-dev.lock pytorch.lock ./
RUN /opt/assistant/bin/pip install --no-cache-dir --no-deps --require-hashes --requirement requirements.lock
# The CPU build of PyTorch; the default one carries several GB of CUDA.
RUN /opt/assistant/bin/pip install --no-cache-dir --no-deps --index-url https://download.pytorch.org/whl/cpu --requirement pytorch.lock
# The driver of PostgreSQL, for articles that many machines share.
RUN /opt/assistant/bin/pip install --no-cache-dir --no-deps --require-hashes --constraint requirements-dev.lock psycopg psycopg-binary
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY corpus corpus
COPY index index
COPY assistant assistant
COPY api api
RUN /opt/assistant/bin/pip install --no-cache-dir --no-deps --build-constraint requirements-dev.lock .

FROM python:3.11-slim-bookworm

RUN useradd --create-home --uid 10001 assistant && install --directory --owner assistant /data
COPY --from=built /opt/assistant /opt/assistant
ENV PATH=/opt/assistant/bin:$PATH PYTHONUNBUFFERED=1 ASSISTANT_DATA=/data
USER assistant
WORKDIR /home/assistant
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["assistant"]
CMD ["serve", "--host", "0.0.0.0"]
