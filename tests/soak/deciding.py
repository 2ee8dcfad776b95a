"""Staff and companies' representatives, who decide what the rules leave open; by HTTP alone."""

import random
import re
from collections import Counter
from http import HTTPStatus

import httpx
from browsing import AtGovbr, Browser, World

_QUESTION = re.compile(r'href="(?:https?://[^/"]+)?(/equipe/decisoes/\d+)"')
_REQUEST = re.compile(r'href="(?:https?://[^/"]+)?(/area/pedidos/\d+)"')
_STEP = re.compile(r'name="proximo_passo"[^>]*value="([^"]+)"')
_OPTION = re.compile(r'<select[^>]*name="proximo_passo".*?</select>', re.DOTALL)
_REASON = "Conferido com os documentos do cadastro."


def staff(world: World, *, username: str, password: str) -> Browser:
    """Sign a member of staff in."""
    browser = Browser(world.client())
    page = "/equipe/entrar"
    answer = browser.post(page, page=page, usuario=username, senha=password)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
    return browser


def decide_all(world: World, browser: Browser, source: random.Random) -> Counter[str]:
    """Answer the questions that wait: approve, refuse, or leave one waiting."""
    decided: Counter[str] = Counter()
    seen: set[str] = set()
    while questions := [
        found for found in _listed(browser, "/equipe/decisoes") if found not in seen
    ]:
        for question in questions:
            seen.add(question)
            verdict = source.choices(("aprovar", "recusar", ""), (45, 35, 20))[0]
            if verdict:
                _answer(browser, question, verdict)
            decided[verdict or "espera"] += 1
            world.settle()
    return decided


def represent(world: World, cpf: str, source: random.Random) -> Counter[str]:
    """Come in by gov.br as a company's representative and answer its requests."""
    decided: Counter[str] = Counter()
    browser = Browser(world.client())
    if _enter_directly(world, browser, cpf):
        page = browser.get("/area/pedidos")
        for request in dict.fromkeys(_REQUEST.findall(page.text)):
            verdict = source.choices(("aprovar", "recusar"), (70, 30))[0]
            _answer(browser, request, verdict)
            decided[verdict] += 1
            world.settle()
    browser.client.close()
    return decided


def _listed(browser: Browser, page: str) -> list[str]:
    """Read the list's links, page by page."""
    found: list[str] = []
    number = 1
    while True:
        text = browser.get(f"{page}?pagina={number}").text
        links = [link for link in dict.fromkeys(_QUESTION.findall(text)) if link not in found]
        if not links:
            return found
        found += links
        number += 1


def _answer(browser: Browser, question: str, verdict: str) -> None:
    """Fill in a decision's form; somebody may have answered meanwhile."""
    shown = browser.get(question)
    if shown.status_code != HTTPStatus.OK:
        return
    form = {"decisao": verdict, "motivo": _REASON}
    if verdict == "recusar":
        form["proximo_passo"] = _next_step(shown)
    answer = browser.post(question, page=question, **form)
    assert answer.status_code in (303, 404, 409, 410), answer.text


def _next_step(shown: httpx.Response) -> str:
    """Choose the first next step that the form offers."""
    found = _STEP.search(shown.text)
    if found:
        return found.group(1)
    options = _OPTION.search(shown.text)
    values = re.findall(r'value="([^"]+)"', options.group(0)) if options else []
    return values[0] if values else ""


def _enter_directly(world: World, browser: Browser, cpf: str) -> bool:
    """Come in by "Entrar com gov.br", naming no login."""
    answer = browser.post("/govbr/entrar", page="/")
    back = world.at_govbr(browser.client, answer.headers["Location"], cpf, AtGovbr.AUTHORIZES)
    browser.get(back)
    world.settle()
    for _ in world.patience():
        answer = browser.get("/govbr/andamento")
        if answer.status_code == HTTPStatus.SEE_OTHER:
            return answer.headers["Location"].endswith("/area")
    return False
