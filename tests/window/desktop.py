"""The rest of a desktop, for the tests of the window: a program with a picture that can be dragged, another program's
clipboard, and a bus on which logind and a screen saver speak. Orders come as lines of JSON on the standard input, answers
go out the same way. It needs GTK's bindings for the system's own Python and nothing else.
"""

import json
import os
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, Gio, GLib, Gtk  # noqa: E402

LOGIN, MANAGER, SESSION = "org.freedesktop.login1", "/org/freedesktop/login1", "/org/freedesktop/login1/session/_31"
SAVER = "org.freedesktop.ScreenSaver"
INTERFACE = """<node><interface name="org.freedesktop.login1.Manager">
  <method name="Inhibit"><arg type="s"/><arg type="s"/><arg type="s"/><arg type="s"/><arg type="h" direction="out"/></method>
  <method name="GetSessionByPID"><arg type="u"/><arg type="o" direction="out"/></method>
</interface></node>"""

clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
private = Gio.TestDBus.new(Gio.TestDBusFlags.NONE)
private.up()
bus = Gio.DBusConnection.new_for_address_sync(
    private.get_bus_address(),
    Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
    None,
    None,
)
windows = []


def say(**answer):
    print(json.dumps(answer), flush=True)


def show(files, x, y):
    """The first file as a picture at that place; dragging it drags all of them, as a file manager does."""
    box = Gtk.EventBox()
    box.add(Gtk.Image.new_from_file(files[0]))
    box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
    box.drag_source_add_uri_targets()
    uris = [Gio.File.new_for_path(file).get_uri() for file in files]
    box.connect("drag-data-get", lambda _box, _context, data, _info, _time: data.set_uris(uris))
    window = Gtk.Window(type=Gtk.WindowType.POPUP)
    window.add(box)
    window.move(x, y)
    window.show_all()
    windows.append(window)


def hide():
    while windows:
        windows.pop().destroy()


def copy(text):
    clipboard.set_text(text, -1)


def copy_picture(file):
    clipboard.set_image(GdkPixbuf.Pixbuf.new_from_file(file))


def paste():
    hint = clipboard.wait_for_contents(Gdk.Atom.intern("x-kde-passwordManagerHint", False))
    return {"text": clipboard.wait_for_text(), "hint": hint and hint.get_data().decode()}


def signal(path, interface, name, value=None):
    bus.emit_signal(None, path, interface, name, value)


def answer_call(_bus, _sender, _path, _interface, method, _arguments, invocation):
    """What logind is asked: to hold sleep back until the descriptor that it gives is closed, and for the session."""
    if method == "GetSessionByPID":
        return invocation.return_value(GLib.Variant("(o)", (SESSION,)))
    ours, theirs = os.pipe()
    GLib.io_add_watch(ours, GLib.IO_HUP, lambda *_: say(event="sleep may go on"))
    given = Gio.UnixFDList.new_from_array([theirs])
    return invocation.return_value_with_unix_fd_list(GLib.Variant("(h)", (0,)), given)


orders = {
    "show": show,
    "hide": hide,
    "copy": copy,
    "copy a picture": copy_picture,
    "paste": paste,
    "lock the session": lambda: signal(SESSION, "org.freedesktop.login1.Session", "Lock"),
    "sleep": lambda begins: signal(MANAGER, LOGIN + ".Manager", "PrepareForSleep", GLib.Variant("(b)", (begins,))),
    "screen saver": lambda: signal("/ScreenSaver", SAVER, "ActiveChanged", GLib.Variant("(b)", (True,))),
}


def obey(source, _condition):
    line = source.readline()
    if not line:
        Gtk.main_quit()
        return False
    name, *arguments = json.loads(line)
    say(done=orders[name](*arguments))
    return True


bus.register_object(MANAGER, Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0], answer_call, None, None)
Gio.bus_own_name_on_connection(bus, LOGIN, Gio.BusNameOwnerFlags.NONE, lambda *_: say(bus=private.get_bus_address()), None)
GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, obey)
Gtk.main()
private.down()
