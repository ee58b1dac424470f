from tools.local.demo import Login, logins_in
from tools.local.visit import LoginForm, status

PAGE = """
<form action="/taal/" method="post"><input type="hidden" name="csrf" value="1"><input type="text" name="q"></form>
<form method="post" action="/inloggen/?next=/vandaag/">
  <input type="hidden" name="csrfmiddlewaretoken" value="abc"><input type="hidden" name="next" value="/vandaag/">
  <input type="email" name="login" required><input type="password" name="password"><button>Inloggen</button>
</form>
<form action="/zoeken/"><input name="zoek"></form>
"""


def test_the_form_that_asks_for_a_password_is_the_login_form():
    form = LoginForm(PAGE)

    assert form.action == "/inloggen/?next=/vandaag/"
    assert (form.name, form.password) == ("login", "password")
    assert form.fields == {"csrfmiddlewaretoken": "abc", "next": "/vandaag/"}


def test_a_page_without_a_password_field_has_no_login_form():
    assert LoginForm('<form action="/zoeken/"><input name="zoek"></form>').action is None


def test_an_address_where_nothing_listens_has_no_status():
    assert status("http://127.0.0.1:1/") == 0


def test_logins_are_read_from_what_the_demo_prints():
    printed = "Three companies made.\nann@bakkerij.example\tgeheim-1\tBakkerij, owner\n  bo@garage.example  geheim-2\n"

    assert logins_in(printed) == [
        Login("ann@bakkerij.example", "geheim-1", "Bakkerij, owner"),
        Login("bo@garage.example", "geheim-2", ""),
    ]
