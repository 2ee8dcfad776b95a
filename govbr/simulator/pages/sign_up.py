"""The pages of the sign-up: "Criar conta com CPF", four steps with a progress bar."""

import re

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from govbr.simulator import authorizations, browser, people, returning, sign_ups
from govbr.simulator.context import Simulator, current
from govbr.simulator.errors import PersonRefused
from govbr.simulator.pages.authorize import PageAnswer, present_authorization, resume
from govbr.simulator.registry_numbers import format_cpf, parse_cpf
from govbr.simulator.sign_ups import SignUp

blueprint = Blueprint("sign_up", __name__, url_prefix="/cadastro")
blueprint.before_request(browser.refuse_foreign_posts)

_HAS_ACCOUNT = "Já existe uma conta gov.br para este CPF. Volte e entre com a sua senha."
_PAGES = {step: f"sign_up_{step}.html" for step in sign_ups.STEPS}


@blueprint.get("/dados")
def start() -> str:
    """Show step 1, "Dados Cadastrais", with the CPF that was typed at the login."""
    authorization = present_authorization()
    typed = {"cpf": format_cpf(authorization.cpf) if authorization.cpf else ""}
    return render_template(
        "sign_up_dados.html", authorization=authorization, typed=typed, problems={}
    )


@blueprint.post("/dados")
def take_data() -> PageAnswer:
    """Take step 1."""
    simulator, authorization = current(), present_authorization()
    problems = sign_ups.problems_of_data(request.form)
    cpf = parse_cpf(request.form.get("cpf", ""))
    if cpf is not None:
        with simulator.store.reading() as connection:
            if people.find(connection, cpf=cpf) is not None:
                problems["cpf"] = _HAS_ACCOUNT
    if problems:
        page = render_template(
            "sign_up_dados.html",
            authorization=authorization,
            typed=request.form,
            problems=problems,
        )
        return page, 422
    begun = sign_ups.begin(
        simulator,
        browser=browser.mark(),
        authorization_id=authorization.id,
        data={
            "cpf": cpf,
            "nome": " ".join(request.form["nome"].split()),
            "email": request.form["email"].strip(),
            "telefone": re.sub(r"[^0-9]", "", request.form["telefone"]),
        },
    )
    return _to_step(begun)


@blueprint.get("/passo")
def show_step() -> PageAnswer:
    """Show the step that the sign-up is at."""
    sign_up = _present()
    return _page(sign_up)


@blueprint.post("/validar")
def take_answer() -> PageAnswer:
    """Take step 2, "Validar Dados": the answer to the question."""
    sign_up = _present()
    if request.form.get("resposta") != sign_ups.first_name(sign_up):
        return _page(sign_up, "validar", error="Resposta incorreta. Tente outra vez."), 422
    sign_ups.advance(current(), sign_up=sign_up, step="habilitar")
    return _to_step(sign_up)


@blueprint.post("/habilitar")
def take_channel() -> PageAnswer:
    """Take step 3, "Habilitar Cadastro": how to get the code. Sending it again comes here too."""
    sign_up = _present()
    channel = request.form.get("canal")
    if sign_up.step not in ("habilitar", "codigo"):
        return _to_step(sign_up)
    if channel not in ("email", "sms"):
        return _page(sign_up, "habilitar", error="Escolha como receber o código."), 422
    sign_ups.send_code(current(), sign_up=sign_up, channel=channel)
    return _to_step(sign_up)


@blueprint.post("/codigo")
def take_code() -> PageAnswer:
    """Take the code of step 3."""
    sign_up = _present()
    if sign_up.step != "codigo":
        return _to_step(sign_up)
    typed = request.form.get("codigo", "")
    if not sign_ups.code_is_right(current(), sign_up=sign_up, typed=typed):
        error = "Código incorreto ou vencido. Confira a mensagem ou peça outro código."
        return _page(sign_up, error=error), 422
    sign_ups.advance(current(), sign_up=sign_up, step="senha")
    return _to_step(sign_up)


@blueprint.post("/senha")
def take_password() -> PageAnswer:
    """Take step 4, "Cadastrar Senha": the account exists, and the person is logged in."""
    simulator, sign_up = current(), _present()
    if sign_up.step != "senha":
        return _to_step(sign_up)
    password = request.form.get("senha", "")
    problem = sign_ups.problem_of_password(password, request.form.get("confirmacao", ""))
    if problem is not None:
        return _page(sign_up, error=problem), 422
    try:
        person = sign_ups.finish(simulator, sign_up=sign_up, password=password)
    except PersonRefused:
        return _page(sign_up, error=_HAS_ACCOUNT), 409
    browser.log_in(simulator, cpf=person.cpf)
    return _after_sign_up(simulator, sign_up, person.cpf)


@blueprint.post("/cancelar")
def cancel() -> Response:
    """Go back to the login."""
    sign_up = _present()
    return redirect(url_for("login.ask_cpf", authorization_id=sign_up.authorization_id), 303)


def _after_sign_up(simulator: Simulator, sign_up: SignUp, cpf: str) -> Response:
    authorization = authorizations.find(
        simulator, id=sign_up.authorization_id, browser=browser.mark()
    )
    return returning.after_detour(simulator, authorization, cpf) or resume(authorization)


def _present() -> SignUp:
    asked = request.values.get("cadastro")
    return sign_ups.find(current(), id=asked, browser=browser.mark())


def _to_step(sign_up: SignUp) -> Response:
    return redirect(url_for("sign_up.show_step", cadastro=sign_up.id), 303)


def _page(sign_up: SignUp, step: str | None = None, *, error: str | None = None) -> str:
    step = step or sign_up.step
    choices = sign_ups.quiz(current(), sign_up) if step == "validar" else []
    return render_template(
        _PAGES[step], sign_up=sign_up, data=sign_up.data, choices=choices, error=error
    )
